import { z } from 'zod';
import { PreferencesSet, QuietHours } from '../events/contact-policies.ts';
import { Language } from '../events/contact-signals.ts';
import { ContactId } from '../ids.ts';
import { utcTime } from '../personal.ts';
import { Channel, Purpose } from '../purposes.ts';

const one = <Of extends z.ZodType>(of: Of, max: number) =>
  z
    .array(of)
    .max(max)
    .refine((list) => new Set(list).size === list.length, { message: 'Name each once.' })
    .meta({ uniqueItems: true });

/**
 * `PUT /v1/contacts/{contactId}/preferences`: what is left out stays as it is. A business may only ask for less than what
 * stands: fewer channels and purposes, more quiet hours, a lower number.
 */
export const SetPreferencesRequest = z
  .strictObject({
    channels: one(Channel, Channel.options.length).optional(),
    purposes: one(Purpose, Purpose.options.length).optional(),
    quietHours: z
      .array(
        QuietHours.refine(({ from, to }) => from !== to, {
          message: 'Give two different times: to whom nothing may be written give no channel.',
          params: { isUnprocessable: true },
        }),
      )
      .max(4)
      .optional(),
    perDayMax: z.int().min(0).max(20).optional(),
    language: Language.optional(),
  })
  .meta({
    examples: [{ channels: ['email'], quietHours: [{ from: '20:00', to: '09:00' }], perDayMax: 1 }],
  });
export type SetPreferencesRequest = z.infer<typeof SetPreferencesRequest>;

/** How a person wants to be written to, as it stands. */
export const Preferences = PreferencesSet.data.omit({ contactId: true, by: true, at: true });
export type Preferences = z.infer<typeof Preferences>;

export const PreferencesView = z.object({
  contactId: ContactId,
  preferences: Preferences,
  /** Who said so last, and when; absent where nobody ever did. */
  by: z.enum(['person', 'business']).optional(),
  at: utcTime().optional(),
  streamVersion: z.int(),
});
export type PreferencesView = z.infer<typeof PreferencesView>;
