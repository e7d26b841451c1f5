import { z } from 'zod';

/** One text in the two languages of the product. Both are required: a missing one fails the build. */
export const Localised = z.strictObject({ en: z.string().min(1), fr: z.string().min(1) });
/** One text in English and French. */
export type Localised = z.infer<typeof Localised>;
/** A language of the product. */
export type Language = keyof Localised;
