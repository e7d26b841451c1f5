import ts from 'typescript';
import { isTest, lineOf, packageSources } from './tree.mjs';

/** French punctuation keeps to its word: a plain space before it may end a line there. */
export const title = 'French texts: no plain space before : ; ! ? % » or after «';

// `%1` is the place of a value, `%%` a percent sign of code.
const PLAIN_SPACE = / (?:[:;!?»]|%(?![\d%]))|« /;
const LOCALES = /^extension\/locale\/fr_FR\/.*\.json$/;

/** @param {import('./tree.mjs').Tree} tree @returns {string[]} */
export function check(tree) {
  const sources = packageSources(tree).filter(path => !isTest(path));
  return [
    ...sources.flatMap(path => sourceProblems(tree.source(path), path)),
    ...tree.paths
      .filter(path => LOCALES.test(path))
      .flatMap(path => localeProblems(JSON.parse(tree.text(path)), path))
  ];
}

function sourceProblems(source, path) {
  const problems = [];
  const visit = node => {
    for (const text of frenchOf(node)) problems.push(...textProblems(source, text, path));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

/** `fr: …`, `french ? … : …` and `language === 'fr' ? … : …`. */
function frenchOf(node) {
  if (ts.isPropertyAssignment(node) && node.name.getText() === 'fr') return [node.initializer];
  if (!ts.isConditionalExpression(node)) return [];
  const condition = node.condition.getText();
  return /^(french|\w+ === 'fr')$/.test(condition) ? [node.whenTrue] : [];
}

/** Every literal of an expression; those inside a further choice of language are judged on their own. */
function textProblems(source, expression, path) {
  const problems = [];
  const visit = node => {
    if (frenchOf(node).length > 0 || isEnglish(node)) return;
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
    if (isText || ts.isTemplateMiddleOrTemplateTail(node)) {
      const found = PLAIN_SPACE.exec(node.text);
      if (found) problems.push(`${path}:${lineOf(source, node)} ${JSON.stringify(found[0])}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(expression);
  return problems;
}

const isEnglish = node => ts.isPropertyAssignment(node) && node.name.getText() === 'en';

/** Any JSON: the text of every string, under the key it stands at first. */
function localeProblems(messages, path) {
  return Object.entries(messages).flatMap(([message, translation]) =>
    stringsOf(translation).some(text => PLAIN_SPACE.test(text))
      ? [`${path} ${JSON.stringify(message)}`]
      : []
  );
}

function stringsOf(value) {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
}
