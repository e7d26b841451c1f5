type Token = '*' | ((character: string) => boolean);

/**
 * Matches whole texts with a shell pattern, as SQLite's GLOB does: `*` any text, `?` one character, `[a-z]` and
 * `[^a-z]` one of a class. Case counts. A bracket that is not closed is a bracket. Time grows with text × pattern at
 * most: a pattern comes from a client and must not stop the kernel.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const tokens = tokensOf(Array.from(pattern));
  return text => matches(tokens, Array.from(text));
}

function tokensOf(pattern: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const close =
      character === '[' ? pattern.indexOf(']', at + (pattern[at + 1] === '^' ? 3 : 2)) : -1;
    if (character === '*') tokens.push('*');
    else if (character === '?') tokens.push(() => true);
    else if (close > 0) {
      tokens.push(classOf(pattern.slice(at + 1, close)));
      at = close;
    } else tokens.push(other => other === character);
  }
  return tokens;
}

function classOf(inside: readonly string[]): Token {
  const negated = inside[0] === '^';
  const members = negated ? inside.slice(1) : inside;
  return character => {
    for (let at = 0; at < members.length; at += 1) {
      const low = members[at] ?? '';
      const isRange = members[at + 1] === '-' && at + 2 < members.length;
      const high = isRange ? (members[at + 2] ?? '') : low;
      if (character >= low && character <= high) return !negated;
      if (isRange) at += 2;
    }
    return negated;
  };
}

// After a mismatch the latest star takes one character more; earlier stars need not be tried again.
function matches(tokens: readonly Token[], text: readonly string[]): boolean {
  let token = 0;
  let star = -1;
  let taken = 0;
  for (let at = 0; at < text.length;) {
    const wanted = tokens[token];
    if (wanted === '*') {
      star = token;
      taken = at;
      token += 1;
    } else if (wanted?.(text[at] ?? '') === true) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      token = star + 1;
      taken += 1;
      at = taken;
    } else return false;
  }
  return tokens.slice(token).every(rest => rest === '*');
}
