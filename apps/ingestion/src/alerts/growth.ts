/** Parts without effect of one reason: of the last one to two hours, and what two hours usually bring. */
export type Measured = { readonly recent: number; readonly usual: number };

/** Fewer than this are no matter, whatever is usual: a person's day must not be eaten by single parts. */
const FLOOR = 20;
/** An hour of the day brings several times what another does; a mistake brings many times that. */
const OPENS_ABOVE = 4;
/** Lower, so that a rate at the limit does not open and close an alert all day. */
const CLOSES_BELOW = 2;

/**
 * Whether a reason's alert is open after a look. What is usual follows within a week, so that an alert nobody acts on
 * closes itself once it is the new usual.
 */
export const isOpenAfter = (isOpen: boolean, { recent, usual }: Measured): boolean =>
  recent >= FLOOR && recent > usual * (isOpen ? CLOSES_BELOW : OPENS_ABOVE);
