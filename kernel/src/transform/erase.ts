import type {
  ArrowFunctionExpression,
  Class,
  Function,
  MethodDefinition,
  Node,
  PropertyDefinition,
  TSAsExpression,
  TSImportEqualsDeclaration,
  TSSatisfiesExpression,
  TSTypeAssertion
} from 'oxc-parser';
import { blank, blankStatement, type Edit } from './edits.js';
import { childrenOf, withoutComments, type ParsedSource } from './parser.js';
import { annotationStart, isBinding, isType, nameEnd, RUNS } from './type-syntax.js';

/** What blanking the types of a source comes to. */
export interface Erased {
  readonly edits: readonly Edit[];
  /** Whether something has run-time meaning (enum, namespace, decorator …), so that blanking is not enough. */
  readonly needsEmit: boolean;
}

/** Blanks everything that is type only; lines and columns of the rest stay. */
export function eraseTypes(source: string, parsed: ParsedSource): Erased {
  const eraser = new Eraser(source, parsed);
  eraser.visit(parsed.program, null);
  return { edits: eraser.edits, needsEmit: eraser.needsEmit };
}

const TYPE_FIELDS = [
  'typeAnnotation',
  'typeParameters',
  'typeArguments',
  'superTypeArguments',
  'returnType'
] as const;

const MODIFIERS = /\b(?:public|private|protected|readonly|override|abstract|declare)\b/g;

class Eraser {
  readonly edits: Edit[] = [];
  needsEmit = false;
  readonly #source: string;
  /** The source without comments, of the same length: keywords are looked for in it. */
  readonly #bare: string;
  /** Ends of statements that no semicolon ends. */
  readonly #openEnds = new Set<number>();

  constructor(source: string, parsed: ParsedSource) {
    this.#source = source;
    this.#bare = withoutComments(source, parsed);
  }

  visit(node: Node, parent: Node | null): void {
    if (isType(node)) return this.#drop(node.start, node.end);
    if (RUNS.has(node.type)) this.needsEmit = true;
    this.#noteOpenEnd(node, parent);
    switch (node.type) {
      case 'ExportNamedDeclaration':
        if (node.exportKind === 'type' || (node.declaration && isType(node.declaration)))
          return this.#drop(node.start, node.end);
        break;
      case 'ExportAllDeclaration':
        if (node.exportKind === 'type') return this.#drop(node.start, node.end);
        break;
      case 'ImportDeclaration':
        if (node.importKind === 'type') return this.#drop(node.start, node.end);
        break;
      case 'ImportSpecifier':
      case 'ExportSpecifier':
        if ((node.type === 'ImportSpecifier' ? node.importKind : node.exportKind) === 'type')
          return this.#withComma(node);
        break;
      case 'ExportDefaultDeclaration':
        if (isType(node.declaration)) return this.#drop(node.start, node.end);
        break;
      case 'TSImportEqualsDeclaration':
        return this.#importEquals(node);
      case 'TSAsExpression':
      case 'TSSatisfiesExpression':
        return this.#cast(node);
      case 'TSTypeAssertion':
        return this.#assertion(node);
      case 'TSNonNullExpression':
        this.#token('!', node.expression.end, node.end);
        break;
      case 'TSInstantiationExpression':
        this.#blank(node.typeArguments.start, node.end);
        return this.visit(node.expression, node);
      case 'VariableDeclarator':
        if (node.definite) this.#token('!', nameEnd(node.id), node.id.end + 1);
        break;
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (this.#member(node)) return;
        break;
      case 'ClassDeclaration':
      case 'ClassExpression':
        this.#class(node);
        break;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        return this.#fields(node, this.#thisParameter(node));
      case 'ArrowFunctionExpression':
        this.#arrow(node);
        break;
      default:
        break;
    }
    this.#fields(node);
  }

  #fields(node: Node, dropped: Node | null = null): void {
    const types = new Set<unknown>([dropped]);
    for (const field of TYPE_FIELDS) {
      const value: unknown = Reflect.get(node, field);
      if (typeof value !== 'object' || value === null) continue;
      const { start, end } = value as { start: number; end: number };
      types.add(value);
      this.#blank(start, end);
    }
    if ('optional' in node && node.optional === true && isBinding(node))
      this.#token('?', nameEnd(node), annotationStart(node) ?? node.end);
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression')
      for (const type of node.implements ?? []) types.add(type);
    for (const child of childrenOf(node)) if (!types.has(child)) this.visit(child, node);
  }

  #cast(node: TSAsExpression | TSSatisfiesExpression): void {
    const word = node.type === 'TSAsExpression' ? 'as' : 'satisfies';
    const between = this.#bare.slice(node.expression.end, node.typeAnnotation.start);
    const start = node.expression.end + between.lastIndexOf(word);
    this.#blank(start, node.end);
    // `a as T` at the end of a line must not go on with the next one.
    if (this.#openEnds.has(node.end)) this.#semicolonIn(node.end);
    this.visit(node.expression, node);
  }

  #assertion(node: TSTypeAssertion): void {
    const end = this.#bare.indexOf('>', node.typeAnnotation.end) + 1;
    const begins = /^\s*(\{|function\b|class\b)/.test(this.#bare.slice(end, node.end));
    // Blanked, the braces would begin a block, and a line break would end a return.
    if (begins || /[\r\n]/.test(this.#source.slice(node.start, end))) this.needsEmit = true;
    this.#blank(node.start, end);
    this.visit(node.expression, node);
  }

  #importEquals(node: TSImportEqualsDeclaration): void {
    if (node.importKind === 'type') return this.#drop(node.start, node.end);
    this.edits.push({ start: node.start, end: node.start + 6, text: 'const ' });
  }

  #member(node: MethodDefinition | PropertyDefinition): boolean {
    const { value } = node;
    if (value?.type === 'TSEmptyBodyFunctionExpression' || ('declare' in node && node.declare)) {
      this.#drop(node.start, node.end);
      return true;
    }
    const from = node.decorators?.at(-1)?.end ?? node.start;
    const head = this.#bare.slice(from, node.key.start);
    const next = /^\s*[[*]/;
    for (const { index, 0: word } of head.matchAll(MODIFIERS)) {
      const start = from + index;
      const after = this.#bare.slice(start + word.length, node.end).replace(MODIFIERS, '');
      const edit = blank(this.#source, start, start + word.length);
      // `a = 1 ⏎ private [b] = 2` must not become an index into 1.
      const apart = start === from && next.test(after);
      this.edits.push(apart ? { ...edit, text: `;${edit.text.slice(1)}` } : edit);
    }
    const keyEnd = node.computed ? this.#bare.indexOf(']', node.key.end) + 1 : node.key.end;
    const limit = annotationStart(node) ?? value?.start ?? node.end;
    if (node.optional) this.#token('?', keyEnd, limit);
    if ('definite' in node && node.definite) this.#token('!', keyEnd, limit);
    return false;
  }

  #class(node: Class): void {
    const from = node.decorators?.at(-1)?.end ?? node.start;
    if (node.abstract) {
      const at = this.#bare.indexOf('abstract', from);
      this.#blank(at, at + 'abstract'.length);
    }
    const [first] = node.implements ?? [];
    if (first === undefined) return;
    const start = this.#bare.lastIndexOf('implements', first.start);
    this.#blank(start, node.implements?.at(-1)?.end ?? first.end);
  }

  #thisParameter(node: Function): Node | null {
    const [first] = node.params;
    if (first?.type !== 'Identifier' || first.name !== 'this') return null;
    const comma = /^\s*,/.exec(this.#bare.slice(first.end))?.[0].length ?? 0;
    this.#blank(first.start, first.end + comma);
    return first;
  }

  #arrow(node: ArrowFunctionExpression): void {
    const { returnType, typeParameters } = node;
    const broken = (type: { start: number; end: number } | null | undefined) =>
      type && /[\r\n]/.test(this.#source.slice(type.start, type.end));
    if (node.async && broken(typeParameters)) this.needsEmit = true;
    if (!returnType) return;
    const close = this.#bare.lastIndexOf(')', returnType.start);
    if (!/[\r\n]/.test(this.#source.slice(close, returnType.end))) return;
    // No line break may stand before the arrow: the parenthesis moves down to it.
    this.#blank(close, close + 1);
    this.#semicolonIn(returnType.end, ')');
  }

  #withComma(node: { readonly start: number; readonly end: number }): void {
    const comma = /^\s*,/.exec(this.#bare.slice(node.end))?.[0].length ?? 0;
    this.#blank(node.start, node.end + comma);
  }

  #noteOpenEnd(node: Node, parent: Node | null): void {
    const isStatement =
      (node.type === 'ExpressionStatement' ||
        node.type === 'ReturnStatement' ||
        node.type === 'ThrowStatement' ||
        node.type === 'PropertyDefinition' ||
        node.type === 'ExportDefaultDeclaration' ||
        (node.type === 'VariableDeclaration' &&
          parent !== null &&
          !parent.type.startsWith('For'))) &&
      this.#source[node.end - 1] !== ';';
    if (isStatement) this.#openEnds.add(node.end);
  }

  /** Puts a character in place of the last one of a stretch that is blanked. */
  #semicolonIn(end: number, character = ';'): void {
    const at = this.edits.findLastIndex(edit => edit.end === end);
    const edit = this.edits[at];
    if (edit) this.edits[at] = { ...edit, text: edit.text.slice(0, -1) + character };
    else this.#late.set(end, character);
  }

  readonly #late = new Map<number, string>();

  #token(token: string, from: number, to: number): void {
    const at = this.#bare.indexOf(token, from);
    if (at >= 0 && at < to) this.#blank(at, at + 1);
  }

  #drop(start: number, end: number): void {
    this.edits.push(blankStatement(this.#source, start, end));
  }

  #blank(start: number, end: number): void {
    const edit = blank(this.#source, start, end);
    const character = this.#late.get(end);
    this.edits.push(
      character === undefined ? edit : { ...edit, text: edit.text.slice(0, -1) + character }
    );
  }
}
