import type { IRenderMime } from '@jupyterlab/rendermime';
import type { FederationView } from '@wardbook/protocol';
import type { Language } from '../shell/language';

/** What the words of a limit need from the page. */
export interface LimitTexts {
  readonly trans: Pick<IRenderMime.TranslationBundle, '__' | '_n'>;
  readonly language: Language;
  /** The federation, for the names of its hospitals; null while it is not known. */
  readonly view: FederationView | null;
}

/**
 * The names and limits of an error output in the language of the page, in one line; frames of code stay below it as
 * they are, and so does a name that this page does not know.
 */
export function limitText(details: string, texts: LimitTexts): string {
  const lines = details === '' ? [] : details.split('\n');
  const first = lines.findIndex(line => !FACT.test(line));
  const facts = first < 0 ? lines : lines.slice(0, first);
  const said = facts.map(line => {
    const [, key = '', value = ''] = FACT.exec(line) ?? [];
    return sayLimit(key, value, texts) ?? line;
  });
  return [...(said.length === 0 ? [] : [said.join(' · ')]), ...lines.slice(facts.length)].join(
    '\n'
  );
}

const FACT = /^([A-Za-z]+): (.*)$/;

function sayLimit(key: string, value: string, { trans, language, view }: LimitTexts) {
  switch (key) {
    case 'k':
      return trans.__('at least %1 people per group', value);
    case 'hospitalCohort':
      return trans.__('at least %1 people per hospital', value);
    case 'patientsForMedian':
      return trans.__('at least %1 people for a median', value);
    case 'parametersPerEvent':
      return trans.__('at most %1 parameters per event', value);
    case 'residualDof':
      return trans.__('at least %1 degrees of freedom left', value);
    case 'minHospitals':
      return trans.__('at least %1 hospitals', value);
    case 'hospital':
      return view?.hospitals.find(({ id }) => id === value)?.name[language] ?? null;
    case 'variable':
      return trans.__('variable “%1”', value);
    case 'analysis':
      return trans.__('analysis “%1”', value);
    case 'study':
      return trans.__('study “%1”', value);
    default:
      return null;
  }
}
