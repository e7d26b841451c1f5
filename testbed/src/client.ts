import { memberClient as clientOf } from '@wardbook/cli';
import { WardbookError, type RunView } from '@wardbook/protocol';

/** Asks as a member and tells how it ended: the run's final state, or `refused-at-once:CODE`. */
export interface TestClient {
  ask(plan: unknown): Promise<string>;
  run(plan: unknown): Promise<RunView>;
}

/** A client of a running federation for one member. */
export async function memberClient(home: string, member: string): Promise<TestClient> {
  const client = await clientOf(home, member);
  return {
    run: plan => client.run(plan, 'test'),
    ask: async plan => {
      try {
        return (await client.run(plan, 'test')).state;
      } catch (error) {
        if (error instanceof WardbookError) return `refused-at-once:${error.code}`;
        throw error;
      }
    }
  };
}
