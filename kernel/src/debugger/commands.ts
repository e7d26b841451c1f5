import { existsSync } from 'node:fs';
import { wantedBreakpoints } from './breakpoints.js';
import { HASH_SEED, PATH_SUFFIX } from './cell-scripts.js';
import { countIn, fieldsOf, textIn, type Fields } from './dap.js';
import {
  completeText,
  copyToGlobals,
  evaluateText,
  notebookVariables,
  setVariable
} from './evaluation.js';
import { isShown, pathOfUrl, scopesOf, shownFrame } from './frames.js';
import { richVariable } from './rich-variable.js';
import { THREAD, type DebugSession } from './session.js';
import { listed, pageOf } from './variables.js';

/** Makes the body of a reply; what it throws is the message of a failed one. */
export type Command = (fields: Fields) => Fields | Promise<Fields>;

/** What this adapter can do, as `initialize` tells it. */
export const CAPABILITIES: Fields = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsSetVariable: true,
  supportsCompletionsRequest: true,
  supportsModulesRequest: true,
  supportsEvaluateForHovers: true,
  supportsTerminateRequest: true,
  supportsDelayedStackTraceLoading: true,
  exceptionBreakpointFilters: [
    { filter: 'raised', label: 'Raised Errors', default: false },
    { filter: 'uncaught', label: 'Uncaught Errors', default: false }
  ]
};

/** All commands by their names. */
export function commandsOf(session: DebugSession): ReadonlyMap<string, Command> {
  return new Map(
    Object.entries({
      ...lifeCommands(session),
      ...breakpointCommands(session),
      ...runCommands(session),
      ...lookCommands(session),
      ...valueCommands(session)
    })
  );
}

function lifeCommands(session: DebugSession): Record<string, Command> {
  const end: Command = async () => {
    await session.end();
    return {};
  };
  return {
    debugInfo: () => ({
      isStarted: session.isStarted,
      hashMethod: 'Murmur2',
      hashSeed: HASH_SEED,
      tmpFilePrefix: session.scripts.prefix,
      tmpFileSuffix: PATH_SUFFIX,
      breakpoints: session.breakpoints.all,
      stoppedThreads: session.stop === null ? [] : [THREAD],
      richRendering: true,
      exceptionPaths: [],
      copyToGlobals: true
    }),
    initialize: () => CAPABILITIES,
    attach: async () => {
      await session.start();
      return {};
    },
    configurationDone: () => ({}),
    disconnect: end,
    terminate: end
  };
}

function breakpointCommands(session: DebugSession): Record<string, Command> {
  return {
    dumpCell: fields => ({ sourcePath: session.scripts.dump(textIn(fields, 'code')) }),
    setBreakpoints: async fields => {
      const path = textIn(fieldsOf(fields['source']), 'path');
      const wanted = wantedBreakpoints(fields);
      const link = await session.link();
      return { breakpoints: await session.breakpoints.replace(path, wanted, link) };
    },
    setExceptionBreakpoints: async fields => {
      const { filters } = fields;
      await session.stopAtErrors(Array.isArray(filters) ? filters.map(String) : []);
      return {};
    }
  };
}

function runCommands(session: DebugSession): Record<string, Command> {
  const going =
    (step: Parameters<DebugSession['goOn']>[0]): Command =>
    async () => {
      await session.goOn(step);
      return step === null ? { allThreadsContinued: true } : {};
    };
  return {
    continue: going(null),
    next: going('Debugger.stepOver'),
    stepIn: going('Debugger.stepInto'),
    stepOut: going('Debugger.stepOut'),
    pause: async () => {
      await session.pause();
      return {};
    }
  };
}

function lookCommands(session: DebugSession): Record<string, Command> {
  return {
    threads: () => ({ threads: [{ id: THREAD, name: 'Notebook' }] }),
    stackTrace: fields => {
      const { frames = [], firstId = 0 } = session.stop ?? {};
      const start = countIn(fields, 'startFrame') ?? 0;
      const levels = countIn(fields, 'levels') ?? 0;
      const shown = frames
        .map((frame, index) => shownFrame(firstId + index, frame))
        .slice(start, levels === 0 ? undefined : start + levels);
      return { stackFrames: shown, totalFrames: frames.length };
    },
    exceptionInfo: () => ({
      exceptionId: session.stop?.text.split(':')[0] ?? '',
      description: session.stop?.text ?? '',
      breakMode: 'always'
    }),
    scopes: fields => {
      const { frame, index } = session.frame(Number(fields['frameId']));
      return { scopes: scopesOf(index, frame, session.variables) };
    },
    modules: () => {
      const urls = [...new Set(session.urls.values())].filter(
        // The kernel names scripts of its own as if they lay in the notebook's folder.
        url => isShown(url) && url.startsWith('file:') && existsSync(pathOfUrl(url))
      );
      const modules = urls.map((url, index) => {
        const path = pathOfUrl(url);
        return { id: index + 1, name: path.split('/').at(-1), path };
      });
      return { modules, totalModules: modules.length };
    },
    source: async fields => {
      const path = textIn(fieldsOf(fields['source']), 'path') || textIn(fields, 'path');
      return { content: await sourceOf(session, path), mimeType: 'text/typescript' };
    }
  };
}

function valueCommands(session: DebugSession): Record<string, Command> {
  const frameIn = (fields: Fields) => countIn(fields, 'frameId');
  return {
    variables: async fields => {
      const reference = Number(fields['variablesReference']);
      const link = await session.values();
      return { variables: await session.variables.of(reference, pageOf(fields), link) };
    },
    inspectVariables: async () => ({ variables: (await notebookVariables(session)).map(listed) }),
    richInspectVariables: fields =>
      richVariable(session, textIn(fields, 'variableName'), frameIn(fields)),
    evaluate: async fields => {
      const frameId = frameIn(fields);
      const text = textIn(fields, 'expression');
      const pure = fields['context'] === 'hover';
      const value = await evaluateText(session, text, { frameId, pure });
      const frame = frameId === null ? null : session.frame(frameId).index;
      const {
        value: result,
        name: _,
        ...rest
      } = session.variables.variable(text, value, {
        ...{ path: '', isNotebook: false, frame }
      });
      return { result, ...rest };
    },
    setVariable: fields => setVariable(session, fields),
    copyToGlobals: async fields => {
      await copyToGlobals(session, fields);
      return {};
    },
    completions: async fields => {
      const text = textIn(fields, 'text');
      const column = countIn(fields, 'column') ?? text.length + 1;
      const before = text.slice(0, Math.max(0, column - 1));
      return { targets: await completeText(session, before, frameIn(fields)) };
    }
  };
}

/** Text of a cell or of a script that V8 has; no file is read. @throws Error for any other path */
async function sourceOf(session: DebugSession, path: string): Promise<string> {
  const cell = session.scripts.textOf(path) ?? session.scripts.textOfName(path);
  if (cell !== '') return cell;
  const found = [...session.urls].findLast(([, url]) => isShown(url) && pathOfUrl(url) === path);
  if (found === undefined) throw new Error('The debugger knows no source of this name.');
  const link = await session.link();
  return textIn(
    await link.post('Debugger.getScriptSource', { scriptId: found[0] }),
    'scriptSource'
  );
}
