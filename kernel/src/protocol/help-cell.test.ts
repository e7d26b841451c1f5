import { describe, expect, it } from 'vitest';
import { helpOn } from './help-cell.js';

describe('a cell that asks for help', () => {
  it('has a question mark before or after a name', () => {
    expect(helpOn('?Math.max')).toBe('Math.max');
    expect(helpOn(' rows[0].age?? ')).toBe('rows[0].age');
  });
  it('is no other cell with a question mark', () => {
    for (const source of ['a ? b : c', 'a?.b', 'a', '?', 'f()?', '?a\nb'])
      expect(helpOn(source)).toBeNull();
  });
});
