import { z } from 'zod';

/** On what ground signals are analysed, and how fresh what the gate knows must be. */
export const ConsentGateSettings = z
  .object({
    /** On what ground signals are analysed; the second needs the reference of its recorded balancing test. */
    LAWFUL_BASIS: z.enum(['consent', 'legitimate-interest']).default('consent'),
    /** Where the balancing test of a legitimate interest is recorded (GDPR Art. 6(1)(f)). */
    BALANCING_TEST_REFERENCE: z.string().min(1).optional(),
    /** The gate is refused to be asked when it has not been complete for so many seconds. */
    GATE_STALE_SECONDS: z.coerce.number().positive().default(900),
    /** Seconds between two looks at whether the gate has heard everything. */
    GATE_LOOK_SECONDS: z.coerce.number().positive().default(5),
  })
  .refine(
    ({ LAWFUL_BASIS, BALANCING_TEST_REFERENCE }) =>
      LAWFUL_BASIS === 'consent' || BALANCING_TEST_REFERENCE !== undefined,
    {
      path: ['BALANCING_TEST_REFERENCE'],
      message: 'is needed for a legitimate interest: name where its balancing test is recorded.',
    },
  );
export type ConsentGateSettings = z.infer<typeof ConsentGateSettings>;
