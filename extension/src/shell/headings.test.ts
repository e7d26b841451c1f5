import { describe, expect, it } from 'vitest';
import { inLanguage, keepHeadings } from './headings';

const BOTH = `<div lang="en">

# Risk of relapse

</div>
<div lang="fr">

# Risque de rechute

</div>

## Table 1`;

describe('a cell that says the same in two languages', () => {
  it('has the headings of the page, each in its line', () => {
    const french = inLanguage(BOTH, 'fr').split('\n');
    expect(french.filter(line => line.startsWith('#'))).toEqual([
      '# Risque de rechute',
      '## Table 1'
    ]);
    expect(french[7]).toBe('# Risque de rechute');
    const english = inLanguage(BOTH, 'en').split('\n');
    expect(english.filter(line => line.startsWith('#'))).toEqual([
      '# Risk of relapse',
      '## Table 1'
    ]);
    expect(english).toHaveLength(BOTH.split('\n').length);
  });

  it('is read so by the table of contents, and shown whole', async () => {
    const asked: string[] = [];
    const parser = {
      render: (text: string) => Promise.resolve(text),
      getHeadingTokens: (text: string) => {
        asked.push(text);
        return Promise.resolve([]);
      }
    };
    keepHeadings(parser, 'fr');
    await parser.getHeadingTokens(BOTH);
    expect(asked).toEqual([inLanguage(BOTH, 'fr')]);
    expect(await parser.render(BOTH)).toBe(BOTH);
  });
});
