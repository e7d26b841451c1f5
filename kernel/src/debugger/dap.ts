/** Any object of the protocol. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request of the debug adapter protocol, as far as it is read. */
export interface DapRequest {
  readonly seq: number;
  readonly command: string;
  readonly arguments: Fields;
}

/** What a reply says; `body` of a failed one holds nothing. */
export type DapAnswer =
  | { readonly success: true; readonly body: Fields }
  | { readonly success: false; readonly message: string };

// JupyterLab reads these lists without a look at `success`; user code may go on between two of its questions.
const NOTHING: ReadonlyMap<string, Fields> = new Map([
  ['stackTrace', { stackFrames: [], totalFrames: 0 }],
  ['scopes', { scopes: [] }],
  ['variables', { variables: [] }],
  ['inspectVariables', { variables: [] }]
]);

/** Reads a request; what is missing becomes empty and is refused by its command. */
export function dapRequest(content: Fields): DapRequest {
  const { seq, command } = content;
  return {
    seq: typeof seq === 'number' ? seq : 0,
    command: typeof command === 'string' ? command : '',
    arguments: fieldsOf(content['arguments'])
  };
}

/** Content of the reply to a request. */
export function dapReply(request: DapRequest, seq: number, answer: DapAnswer): Fields {
  return {
    type: 'response',
    seq,
    request_seq: request.seq,
    command: request.command,
    success: answer.success,
    ...(answer.success
      ? { body: answer.body }
      : { message: answer.message, body: NOTHING.get(request.command) ?? {} })
  };
}

/** An object, or an empty one for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** The objects of a list; empty for anything else. */
export function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

/** A text field; '' for anything else. */
export function textIn(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** A field that is a whole number from 0 on; null for anything else. */
export function countIn(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
