import { prepareCell } from '../transform/cell.js';
import { CellNames } from '../transform/names.js';
import { fieldsOf, listOf, textIn, type Fields } from './dap.js';
import type { DebugSession } from './session.js';
import { isOfNotebook } from './variables.js';

const GROUP = 'wardbook-debugger';
const MOST_NAMES = 500;
const VALUE_MS = 1_000;
/** Runs on a value: its names and those of its prototypes. */
const MEMBERS = `function () {
  const names = new Set();
  for (let value = Object(this); value !== null; value = Object.getPrototypeOf(value))
    for (const name of Object.getOwnPropertyNames(value)) names.add(name);
  return [...names];
}`;

/** How an expression is evaluated. */
export interface EvaluateOptions {
  /** Number of a frame; null = at the top level of the notebook. */
  readonly frameId: number | null;
  /** Whether V8 refuses what would change anything. */
  readonly pure: boolean;
}

/**
 * Evaluates TypeScript in a frame or at the top level.
 *
 * @returns V8's RemoteObject
 * @throws Error with the words of what the expression throws; SyntaxError
 */
export async function evaluateText(
  session: DebugSession,
  text: string,
  { frameId, pure }: EvaluateOptions
): Promise<Fields> {
  // Fresh names: in a frame, a local variable may be called as a constant of the notebook.
  const { code } = prepareCell(text, new CellNames(), 'expression.ts');
  const how = {
    ...{ expression: code, objectGroup: GROUP, generatePreview: true, silent: true },
    throwOnSideEffect: pure
  };
  const link = await session.values();
  const answer =
    frameId === null
      ? await link.post('Runtime.evaluate', {
          ...how,
          ...{ replMode: !pure, awaitPromise: session.stop === null && !pure, disableBreaks: true }
        })
      : await link.post('Debugger.evaluateOnCallFrame', {
          ...how,
          callFrameId: session.frame(frameId).frame.callFrameId
        });
  return resultOf(answer);
}

/** DAP's Variables of the notebook's top-level names; those without a value yet are left out. */
export async function notebookVariables(session: DebugSession): Promise<Fields[]> {
  const link = await session.values();
  // JupyterLab asks this also while it looks at a frame, whose values must stay known.
  if (session.stop === null) {
    await link.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
    session.variables.clear();
  }
  const { names } = await link.post('Runtime.globalLexicalScopeNames');
  const own = [...new Set(Array.isArray(names) ? names.map(String) : [])].filter(isOfNotebook);
  const found = await Promise.all(
    own.slice(0, MOST_NAMES).map(async name => {
      const answer = await link
        .post('Runtime.evaluate', {
          ...{ expression: name, objectGroup: GROUP, generatePreview: true },
          ...{ silent: true, throwOnSideEffect: true }
        })
        .catch(() => null);
      return answer === null || 'exceptionDetails' in answer
        ? []
        : session.variables.variable(name, fieldsOf(answer['result']), {
            ...{ path: '', isNotebook: true, frame: null }
          });
    })
  );
  const globalThis = resultOf(
    await link.post('Runtime.evaluate', { expression: 'globalThis', objectGroup: GROUP })
  );
  const reference = session.variables.refer({
    ...{ objectIds: [textIn(globalThis, 'objectId')], isNotebook: true }
  });
  const page = { start: 0, count: 0, filter: '' };
  const properties = await session.variables.of(reference, page, link);
  return [...found.flat(), ...properties];
}

/** Gives a variable of a scope, or a property of an object, another value; DAP's answer. @throws what evaluating throws */
export async function setVariable(session: DebugSession, fields: Fields): Promise<Fields> {
  const [name, text] = [textIn(fields, 'name'), textIn(fields, 'value')];
  const holder = session.variables.holder(Number(fields['variablesReference']));
  if (holder === null) throw new Error('User code has gone on: this value is not known any more.');
  const frameId = holder.frame === null ? null : (session.stop?.firstId ?? 0) + holder.frame;
  const isScope = holder.path === '';
  const value = await evaluateText(session, isScope ? `${name} = (${text})` : `(${text})`, {
    ...{ frameId, pure: false }
  });
  if (!isScope) {
    const { objectId, unserializableValue, value: plain } = value;
    const given = objectId === undefined ? { unserializableValue, value: plain } : { objectId };
    const link = await session.values();
    resultOf(
      await link.post('Runtime.callFunctionOn', {
        objectId: holder.objectIds[0],
        functionDeclaration: `function (name, value) { 'use strict'; this[name] = value; }`,
        arguments: [{ value: name }, given],
        silent: true
      })
    );
  }
  return session.variables.variable(name, value, {
    path: '',
    isNotebook: isScope,
    frame: holder.frame
  });
}

/** Makes a value of a frame a variable of the notebook. @throws Error when a name is none */
export async function copyToGlobals(session: DebugSession, fields: Fields): Promise<void> {
  const target = textIn(fields, 'dstVariableName');
  if (!/^[$\p{L}_][$\p{L}\p{N}_]*$/u.test(target)) throw new Error(`${target} is no name.`);
  const frameId = Number(fields['srcFrameId']);
  const source = textIn(fields, 'srcVariableName');
  const value = await evaluateText(session, source, { frameId, pure: true });
  const { objectId, unserializableValue, value: plain } = value;
  const link = await session.values();
  const realm = resultOf(await link.post('Runtime.evaluate', { expression: 'globalThis' }));
  resultOf(
    await link.post('Runtime.callFunctionOn', {
      objectId: realm['objectId'],
      // The scope of a function made here is that of the notebook: its variable, or else a new global one.
      functionDeclaration: `function (value) { ${target} = value; }`,
      arguments: [objectId === undefined ? { unserializableValue, value: plain } : { objectId }],
      silent: true
    })
  );
}

/** DAP's CompletionItems for the end of a text. */
export async function completeText(
  session: DebugSession,
  text: string,
  frameId: number | null
): Promise<Fields[]> {
  const [, path, start = ''] =
    /(?:([$\p{L}_][$\p{L}\p{N}_.[\]]*)\.)?([$\p{L}_][$\p{L}\p{N}_]*)?$/u.exec(text) ?? [];
  const names =
    path === undefined ? await namesAt(session, frameId) : await membersOf(session, path, frameId);
  return [...new Set(names)]
    .filter(name => name.startsWith(start))
    .slice(0, MOST_NAMES)
    .map(label => ({ label, start: text.length - start.length, length: start.length }));
}

async function membersOf(
  session: DebugSession,
  path: string,
  frameId: number | null
): Promise<string[]> {
  const value = await evaluateText(session, path, { frameId, pure: true });
  const { objectId } = value;
  if (objectId === undefined) return [];
  const link = await session.values();
  const answer = await link.post(
    'Runtime.callFunctionOn',
    { ...{ objectId, functionDeclaration: MEMBERS, silent: true }, returnByValue: true },
    VALUE_MS
  );
  const names = resultOf(answer)['value'];
  return Array.isArray(names) ? names.map(String) : [];
}

async function namesAt(session: DebugSession, frameId: number | null): Promise<string[]> {
  const link = await session.values();
  const { names } = await link.post('Runtime.globalLexicalScopeNames');
  const all = (Array.isArray(names) ? names.map(String) : []).filter(isOfNotebook);
  if (frameId === null) return all;
  for (const scope of session.frame(frameId).frame.scopeChain) {
    if (/^(?:script|global)$/.test(textIn(scope, 'type'))) continue;
    const { objectId } = fieldsOf(scope['object']);
    const answer = await link.post('Runtime.getProperties', { objectId, ownProperties: true });
    all.unshift(...listOf(answer['result']).map(({ name }) => String(name)));
  }
  return all;
}

function resultOf(answer: Fields): Fields {
  const result = fieldsOf(answer['result']);
  if (!('exceptionDetails' in answer)) return result;
  const details = fieldsOf(answer['exceptionDetails']);
  const thrown = fieldsOf(details['exception']);
  const words = textIn(thrown, 'description') || String(thrown['value'] ?? details['text']);
  throw new Error(words.split('\n')[0]);
}
