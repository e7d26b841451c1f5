import type { CommMessage, FromUser, ToUser } from '../user/messages.js';
import { makeFrame } from './frames.js';

/** A message of user code as it arrives: outputs come with their content as JSON bytes, ready to be signed. */
export type UserArrival =
  | Exclude<FromUser, { type: 'stream' | 'display' | 'clear' | 'done' }>
  | OutputArrival
  | DoneArrival;

/** An output; `message` is its Jupyter message type. */
export interface OutputArrival {
  readonly type: 'output';
  readonly cell: string;
  readonly message: string;
  readonly content: Uint8Array;
}

/** The end of a cell; `result` is the JSON of its MIME bundle, empty when it has none. */
export type DoneArrival = Omit<Extract<FromUser, { type: 'done' }>, 'result'> & {
  readonly result: Uint8Array;
};

/**
 * Messages behind all that was printed before, which say nothing that later output must not overtake: on POSIX the
 * receiver empties the raw pipes when they arrive, and they need no mark there.
 */
export const BARRIERS: ReadonlySet<string> = new Set(['done', 'prompt', 'comm-handled']);

type Comm = { readonly cell: string } & CommMessage;

/**
 * Frame of a message of user code.
 *
 * @param place number of the message in the order of all output; 0 = it has no place there
 * @throws TypeError when a value is no JSON (bigint, a cycle), RangeError when it is too long
 */
export function frameFromUser(message: FromUser, place: number): Buffer {
  switch (message.type) {
    case 'stream':
      return output(message.cell, place, ['stream', { name: message.name, text: message.text }]);
    case 'display': {
      const { cell, update, bundle, displayId } = message;
      const transient = displayId === null ? {} : { display_id: displayId };
      const type = update ? 'update_display_data' : 'display_data';
      return output(cell, place, [type, { ...bundle, transient }]);
    }
    case 'clear':
      return output(message.cell, place, ['clear_output', { wait: message.wait }]);
    case 'done': {
      const { result, ...head } = message;
      return makeFrame({ ...head, place }, result === null ? '' : JSON.stringify(result));
    }
    case 'comm-open':
    case 'comm-msg':
    case 'comm-close':
      return commFrame(message, place);
    default:
      return makeFrame({ ...message, place });
  }
}

/** Frame of a message to user code. */
export function frameToUser(message: ToUser): Buffer {
  return 'buffers' in message ? commFrame(message, 0) : makeFrame(message);
}

/** The message of a frame of user code, and its place. */
export function arrivalOf(
  head: object,
  body: Buffer
): { readonly message: UserArrival; readonly place: number } {
  const arrived = head as { place?: unknown } & UserArrival;
  const at = typeof arrived.place === 'number' ? arrived.place : 0;
  if (arrived.type === 'output') {
    const { type, cell, message } = arrived;
    return { message: { type, cell, message, content: body }, place: at };
  }
  const { place: _place, ...rest } = arrived;
  if (rest.type === 'done') return { message: { ...rest, result: body }, place: at };
  return { message: withBuffers(rest, body), place: at };
}

/** The message of a frame to user code. */
export function messageToUser(head: object, body: Buffer): ToUser {
  return withBuffers(head as ToUser, body);
}

function output(cell: string, place: number, [message, content]: [string, object]): Buffer {
  return makeFrame({ type: 'output', cell, message, place }, JSON.stringify(content));
}

function commFrame(message: Comm, place: number): Buffer {
  const { buffers, ...head } = message;
  return makeFrame({ ...head, place, lengths: buffers.map(bytes => bytes.byteLength) }, buffers);
}

function withBuffers<Message extends object>(head: Message, body: Buffer): Message {
  const { lengths, ...message } = head as Message & { lengths?: unknown };
  if (!Array.isArray(lengths)) return head;
  let at = 0;
  const buffers = lengths.map(length => body.subarray(at, (at += Number(length))));
  return { ...(message as unknown as Message), buffers };
}
