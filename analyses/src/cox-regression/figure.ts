import type { ResultFigure } from '@wardbook/protocol';
import type { ReadableRatio } from './present.js';

/** Forest plot of hazard ratios on a logarithmic axis, with the line of no difference. */
export function forestFigure(
  ratios: readonly ReadableRatio[],
  sentences: { readonly en: readonly string[]; readonly fr: readonly string[] }
): ResultFigure {
  const spec = (language: 'en' | 'fr'): Record<string, unknown> => ({
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    description: sentences[language].join(' '),
    width: 360,
    height: Math.max(60, 26 * ratios.length),
    data: {
      values: ratios.map(({ label, ratio, lower, upper }) => ({
        factor: label[language],
        ratio,
        lower,
        upper
      }))
    },
    encoding: {
      y: {
        field: 'factor',
        type: 'nominal',
        sort: null,
        title: null,
        axis: { labelLimit: 340, ticks: false, domain: false }
      }
    },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 1.5, color: '#0072B2' },
        encoding: {
          x: {
            field: 'lower',
            type: 'quantitative',
            scale: { type: 'log', nice: false, padding: 12 },
            title:
              language === 'fr'
                ? 'rapport de risque instantané (échelle logarithmique)'
                : 'hazard ratio (log scale)'
          },
          x2: { field: 'upper' }
        }
      },
      {
        mark: { type: 'point', filled: true, size: 60, color: '#0072B2', opacity: 1 },
        encoding: { x: { field: 'ratio', type: 'quantitative' } }
      },
      {
        mark: { type: 'rule', strokeDash: [4, 3], color: '#555555' },
        encoding: { x: { datum: 1 }, y: null }
      }
    ],
    config: { view: { stroke: null }, font: 'sans-serif' }
  });
  return {
    id: 'forest',
    title: { en: 'Hazard ratios', fr: 'Rapports de risque instantané' },
    description: { en: sentences.en.join(' '), fr: sentences.fr.join(' ') },
    spec: { en: spec('en'), fr: spec('fr') }
  };
}
