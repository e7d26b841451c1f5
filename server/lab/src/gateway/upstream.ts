import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayClient } from '@wardbook/kernel';
import {
  FINAL_STATES,
  WardbookError,
  wardbookError,
  type Plan,
  type RunView,
  type SignedRequest
} from '@wardbook/protocol';

// Shorter than a kernel waits for its answer.
const PATIENCE_MS = 25_000;
const RETRY_MS = 250;

/** The lab's way to the coordinator. A coordinator that restarts is waited for: requests are idempotent by their nonce. */
export class Upstream {
  readonly url: string;
  readonly #token: string;

  constructor({ url, token }: { readonly url: string; readonly token: string }) {
    this.url = url.endsWith('/') ? url : `${url}/`;
    this.#token = token;
  }

  /** Headers that every call carries. */
  get headers(): { authorization: string } {
    return { authorization: `Bearer ${this.#token}` };
  }

  /** Sends a signed request; the same one again gives the same run. @throws WardbookError of the coordinator */
  submit(plan: Plan, request: SignedRequest, waitMs = 0): Promise<RunView> {
    const client = new GatewayClient({ url: this.url, token: this.#token, signer: () => request });
    return patiently(() => client.submit(plan, request.purpose, waitMs));
  }

  /** The run as it is. @throws RUN_NOT_FOUND */
  view(run: string): Promise<RunView> {
    return patiently(() => this.#client.view(run));
  }

  /** The coordinator's answer to a call, as it is. @throws COORDINATOR_UNREACHABLE when it stays away */
  forward(path: string, method: string): Promise<{ status: number; body: Buffer }> {
    return patiently(async () => {
      try {
        const response = await fetch(new URL(path, this.url), {
          method,
          headers: this.headers,
          signal: AbortSignal.timeout(PATIENCE_MS)
        });
        return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
      } catch (error) {
        throw wardbookError('COORDINATOR_UNREACHABLE', {}, { cause: error });
      }
    });
  }

  /** The run when it has ended. */
  async untilEnd(run: string): Promise<RunView> {
    for await (const view of this.#client.follow(run))
      if (FINAL_STATES.includes(view.state)) return view;
    throw wardbookError('RUN_NOT_FOUND');
  }

  get #client(): GatewayClient {
    return new GatewayClient({ url: this.url, token: this.#token });
  }
}

async function patiently<T>(call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const unreachable =
        error instanceof WardbookError && error.code === 'COORDINATOR_UNREACHABLE';
      if (!unreachable || Date.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}
