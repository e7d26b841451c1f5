import ts from 'typescript';
import { codeBlocks, documents } from './markdown.mjs';

/** Code in documents can be read by its language, and its commands exist. A `ts` or `js` block says `run` when it is a whole program. */
export const title = 'code blocks in documents are valid';

const NPM_OWN = ['ci', 'install', 'exec', 'pack', 'version'];

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  const scripts = JSON.parse(tree.text('package.json') || '{}').scripts ?? {};
  return documents(tree).flatMap(path =>
    codeBlocks(tree.text(path)).flatMap(({ info, code, line }) =>
      judge(info.split(/\s+/), code, { tree, scripts }).map(what => `${path}:${line} ${what}`)
    )
  );
}

function judge([language = '', mark], code, { tree, scripts }) {
  if (language === 'json') return jsonProblems(code);
  if (['ts', 'js'].includes(language) && mark === 'run') return syntaxProblems(code);
  if (['sh', 'bash', 'shell'].includes(language)) return commandProblems(code, { tree, scripts });
  return [];
}

function jsonProblems(code) {
  try {
    JSON.parse(code);
    return [];
  } catch (error) {
    return [`json: ${error.message}`];
  }
}

/** The magic line of a federated cell is not TypeScript. */
function syntaxProblems(code) {
  const { diagnostics = [] } = ts.transpileModule(code.replace(/^%%.*$/m, ''), {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext }
  });
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

function commandProblems(code, { tree, scripts }) {
  return code.split('\n').flatMap(line => {
    const [program, first = '', second = ''] = line.trim().replace(/^\$ /, '').split(/\s+/);
    if (program === 'npm') {
      const name = first === 'run' ? second : first;
      return name in scripts || (first !== 'run' && NPM_OWN.includes(name))
        ? []
        : [`npm has no script ${name}`];
    }
    if (
      program === 'node' &&
      /^[\w./-]+$/.test(first) &&
      !first.includes('dist/') &&
      !first.startsWith('-')
    ) {
      return tree.has(first) ? [] : [`there is no ${first}`];
    }
    return [];
  });
}
