import { z } from 'zod';
import { plainText, utcTime } from '../personal.ts';

/** `POST /dev/clock`: seconds, or an ISO 8601 duration of weeks, days, hours, minutes and seconds. Never a month: how long is one? */
export const AdvanceClock = z.strictObject({
  advance: z.union([
    z.int().min(1),
    plainText(60).regex(
      /^P(?=\d|T\d)(?:\d{1,4}W)?(?:\d{1,5}D)?(?:T(?=\d)(?:\d{1,6}H)?(?:\d{1,8}M)?(?:\d{1,10}S)?)?$/,
      'It looks like P1D, PT36H or P2DT12H.',
    ),
  ]),
});
export type AdvanceClock = z.infer<typeof AdvanceClock>;

/** The clock of the embedded platform: the present, and what it was moved on by since its data folder was made. */
export const DevClock = z.object({ now: utcTime(), advancedSeconds: z.number() });
export type DevClock = z.infer<typeof DevClock>;
