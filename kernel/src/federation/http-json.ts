import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** A call with a JSON body, or none. */
export interface JsonCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** After this long without an answer the call fails. */
  readonly timeoutMs: number;
}

/** What came back; `body` is null when it was not JSON. */
export interface JsonAnswer {
  readonly ok: boolean;
  readonly body: unknown;
}

// Kept connections: a fresh one costs more than the question it carries. Node's agent lets no process wait for them.
const HTTP = new HttpAgent({ keepAlive: true });
const HTTPS = new HttpsAgent({ keepAlive: true });

/**
 * One HTTP call over a kept connection. A kept one that the other side has just closed is replaced once, by a fresh one.
 *
 * @throws what the connection threw, or a timeout
 */
export async function callJson(call: JsonCall): Promise<JsonAnswer> {
  try {
    return await callOnce(call);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    return callOnce(call);
  }
}

/** The request never reached its server: the kept connection was closed under it. */
class StaleConnection extends Error {}

function callOnce({ method, url, headers, body, timeoutMs }: JsonCall): Promise<JsonAnswer> {
  const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body));
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(
      url,
      {
        method,
        agent: secure ? HTTPS : HTTP,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...headers,
          ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length })
        }
      },
      response => void answerOf(response).then(resolve, reject)
    );
    request.on('error', error => {
      const stale = request.reusedSocket && 'code' in error && error.code === 'ECONNRESET';
      reject(stale ? new StaleConnection('closed', { cause: error }) : error);
    });
    request.end(bytes);
  });
}

async function answerOf(response: IncomingMessage): Promise<JsonAnswer> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  const status = response.statusCode ?? 0;
  return { ok: status >= 200 && status < 300, body: jsonOf(Buffer.concat(parts)) };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return null;
  }
}
