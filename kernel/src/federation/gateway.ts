import {
  FINAL_STATES,
  WardbookError,
  isErrorCode,
  wardbookError,
  type Plan,
  type RunView,
  type StudyView
} from '@wardbook/protocol';
import { GatewayClient, type GatewayClientOptions } from './gateway-client.js';
import { gatewayOptions, storedLogin } from './login.js';

/** The kernel's way to its coordinator; tokens stay in this process. */
export class Gateway {
  #client: GatewayClient | null = null;
  readonly #studies = new Map<string, StudyView>();

  /** A study with charter and dictionary, read once. @throws KERNEL_NO_GATEWAY, STUDY_UNKNOWN, COORDINATOR_UNREACHABLE */
  async study(id: string): Promise<StudyView> {
    const known = this.#studies.get(id);
    if (known !== undefined) return known;
    const view = await this.#connected().study(id);
    this.#studies.set(id, view);
    return view;
  }

  /**
   * Runs a plan to its end.
   *
   * @param onProgress called with every state
   * @param signal aborting cancels the run at the coordinator
   * @returns the released run
   * @throws the error of the run
   */
  async run(
    plan: Plan,
    onProgress: (view: RunView) => void,
    signal: AbortSignal
  ): Promise<RunView> {
    const client = this.#connected();
    let last = await client.submit(plan, 'notebook');
    const cancel = () => void client.cancel(last.run).catch(() => undefined);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      onProgress(last);
      if (!FINAL_STATES.includes(last.state))
        for await (const view of client.follow(last.run)) {
          last = view;
          onProgress(view);
        }
    } finally {
      signal.removeEventListener('abort', cancel);
    }
    if (last.result !== null) return last;
    const code = last.error?.code ?? '';
    throw wardbookError(isErrorCode(code) ? code : 'HOSPITAL_INTERNAL', last.error?.limits ?? {});
  }

  #connected(): GatewayClient {
    this.#client ??= new GatewayClient(credentials());
    return this.#client;
  }
}

function credentials(): GatewayClientOptions {
  const { WARDBOOK_URL: url, WARDBOOK_TOKEN: token } = process.env;
  if (url !== undefined && token !== undefined)
    return { url: url.endsWith('/') ? url : `${url}/`, token };
  return gatewayOptions(storedLogin());
}

/** The error of the product behind anything that was thrown. */
export function productError(error: unknown): WardbookError {
  return error instanceof WardbookError
    ? error
    : wardbookError('HOSPITAL_INTERNAL', {}, { cause: error });
}
