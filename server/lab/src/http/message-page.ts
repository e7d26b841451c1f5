const TEXTS = {
  welcome: {
    en: [
      'Open Wardbook by your personal link',
      'The person who runs this Wardbook gave it to you; it looks like …/login?token=…'
    ],
    fr: [
      'Ouvrez Wardbook par votre lien personnel',
      'La personne qui gère ce Wardbook vous l’a donné\u202f; il ressemble à …/login?token=…'
    ]
  },
  'wrong-link': {
    en: [
      'This link does not open anything',
      'It may be cut off or out of date. Ask the person who runs this Wardbook for a new one.'
    ],
    fr: [
      'Ce lien n’ouvre rien',
      'Il est peut-être tronqué ou périmé. Demandez-en un nouveau à la personne qui gère ce Wardbook.'
    ]
  }
} as const;

/** Text for HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

/** A page that says one thing, before anybody is logged in. */
export function messagePage(french: boolean, kind: keyof typeof TEXTS): string {
  const [title, text] = TEXTS[kind][french ? 'fr' : 'en'];
  return `<!DOCTYPE html><html lang="${french ? 'fr' : 'en'}"><head><meta charset="utf-8"><title>Wardbook</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body{font:17px/1.5 system-ui,sans-serif;color:#1d2b36;background:#f4f7f9;margin:0;display:grid;min-height:100vh;place-items:center}
main{background:#fff;max-width:34rem;margin:1rem;padding:2.5rem;border-radius:10px;box-shadow:0 1px 6px #0002}
h1{font-size:1.35rem;margin:0 0 .75rem}p{margin:0}</style></head>
<body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></main></body></html>`;
}
