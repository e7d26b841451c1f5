import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import ts from 'typescript';

/**
 * The files that a check looks at, by path from the repository root with forward slashes.
 * Checks read a tree and never the disk, so that each can be tried on a few lines of text.
 *
 * @typedef {object} Tree
 * @property {readonly string[]} paths sorted
 * @property {(path: string) => boolean} has whether a file or folder exists
 * @property {(path: string) => string} text empty when there is no such file
 * @property {(path: string) => Buffer} bytes
 * @property {(path: string) => ts.SourceFile} source parsed once
 */

/**
 * @param {readonly string[]} paths
 * @param {(path: string) => Buffer} bytes
 * @returns {Tree}
 */
function makeTree(paths, bytes) {
  const files = new Set(paths);
  const folders = new Set();
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  const parsed = new Map();
  const text = path => (files.has(path) ? bytes(path).toString('utf8') : '');
  return {
    paths: [...paths].sort(),
    has: path => files.has(path) || folders.has(path.replace(/\/$/, '')),
    text,
    bytes,
    source(path) {
      const known = parsed.get(path);
      if (known) return known;
      const kind = /\.[jt]sx$/.test(path) ? ts.ScriptKind.TSX : undefined;
      const source = ts.createSourceFile(path, text(path), ts.ScriptTarget.ES2023, true, kind);
      parsed.set(path, source);
      return source;
    }
  };
}

/** A tree of a few texts, for the tests of checks. @param {Record<string, string>} files */
export function treeOf(files) {
  return makeTree(Object.keys(files), path => Buffer.from(files[path] ?? ''));
}

/** The tracked and the not yet added files of a working copy. @param {string} root */
export function readTree(root) {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 }
  );
  const paths = [...new Set(listed.toString('utf8').split('\0'))].filter(
    path => path !== '' && existsSync(join(root, path))
  );
  return makeTree(paths, path => readFileSync(join(root, path)));
}

/** Whether a path is a test or lies in a folder of tests. @param {string} path */
export const isTest = path =>
  /\.(test|spec)\.[cm]?[jt]sx?$/.test(path) || /(^|\/)(tests?|ui-tests)\//.test(path);

/** TypeScript of the packages' `src` folders, tests included. @param {Tree} tree */
export function packageSources(tree) {
  return tree.paths.filter(
    path => /(^|\/)src\/.*\.tsx?$/.test(path) && !path.endsWith('.d.ts') && packageOf(tree, path)
  );
}

/** Folder of the package that a file belongs to, or undefined. @param {Tree} tree @param {string} path */
export function packageOf(tree, path) {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    if (tree.has(`${folder}/package.json`)) return folder;
  }
  return undefined;
}

/**
 * Every module that a file names: static, type-only, re-exported and dynamic imports.
 *
 * @param {ts.SourceFile} source
 * @returns {{ name: string, line: number, typeOnly: boolean }[]}
 */
export function importsOf(source) {
  const found = [];
  const add = (node, typeOnly) => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    found.push({ name: node.text, line: lineOf(source, node), typeOnly });
  };
  const visit = node => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.isTypeOnly ?? false);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Line of a node, counted from one. @param {ts.SourceFile} source @param {ts.Node} node */
export function lineOf(source, node) {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}
