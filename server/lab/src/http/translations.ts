import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parameter, userOf, type LabParts, type Routes } from './context.js';

const LANGUAGES = {
  en: { displayName: 'English', nativeName: 'English' },
  fr_FR: { displayName: 'French (France)', nativeName: 'Français (France)' }
};

/** Gettext catalogues: JupyterLab's own where the build found them, and the extension's. */
export const translationRoutes: Routes = (server, parts) => {
  server.get('/lab/api/translations', request => {
    userOf(request, parts);
    return { data: LANGUAGES, message: '' };
  });
  server.get('/lab/api/translations/:locale', request => {
    const user = userOf(request, parts);
    const asked = parameter(request, 'locale');
    const locale = asked === 'default' || asked === '' ? user.locale : asked;
    return { data: locale === 'fr_FR' ? catalogues(parts, locale) : {}, message: '' };
  });
};

function catalogues({ config }: LabParts, locale: string): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const root of [config.app.build, config.app.labextension]) {
    const folder = join(root, 'locale', locale);
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).filter(name => name.endsWith('.json')))
      found[file.slice(0, -5)] = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  }
  return found;
}
