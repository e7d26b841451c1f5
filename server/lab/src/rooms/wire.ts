/** First byte of a frame between a page and its room (docs/interfaces.md): y-protocols sync. */
export const SYNC = 0;
/** y-protocols awareness. */
export const AWARENESS = 1;
/** First message of a page: JSON { protocol, document, lineage, schema }. */
export const HELLO = 2;
/** JSON { sequence }: that many updates of this page are on disk. */
export const ACK = 3;
/** JSON { code, message, mend }: an update was refused; the page opens the document anew. */
export const REFUSED = 4;
