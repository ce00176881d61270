import type { DataRequestChanged } from '@tact/contracts';
import type { RequestRefusal } from '@tact/domain';
import { ProblemError } from '@tact/platform';
import type { Decided } from './data-requests.ts';

type Refusing = {
  readonly slug: 'not-found' | 'not-now' | 'unprocessable';
  readonly detail?: string;
};

const notNow = (detail: string): Refusing => ({ slug: 'not-now', detail });
const unprocessable = (detail: string): Refusing => ({ slug: 'unprocessable', detail });

const anotherPerson = unprocessable(
  'Who proposed the refusal does not agree to it: another person does.',
);

const refusing: Readonly<Record<RequestRefusal, Refusing>> = {
  unknown: { slug: 'not-found' },
  'received-in-future': unprocessable('It did not reach us yet.'),
  'not-now': notNow('The state of the request does not allow this.'),
  'several-people': unprocessable(
    'Its identifiers are those of several people: what is proven of one shows nothing of another. Open a request for each, or refuse this one.',
  ),
  'extended-before': notNow('The period was extended before, and is extended once.'),
  'due-passed': notNow(
    'The due date has passed: its period is neither extended nor paused any more.',
  ),
  'no-ground': unprocessable('The law knows no such ground for this right.'),
  'nothing-proposed': unprocessable('No refusal waits for a second person.'),
  'not-yours': notNow('This right is carried out by the platform, which says when it is done.'),
  'same-person': anotherPerson,
  'same-key': anotherPerson,
  'same-name': anotherPerson,
  'not-a-person': unprocessable('A refusal is two people’s: this key is nobody’s.'),
  expired: unprocessable('It was proposed more than 72 hours ago: propose it anew.'),
  changed: unprocessable('What was proposed is not what you saw: look again.'),
};

/** Why something is not done about a request, as callers are told. */
export const problemOf = (why: RequestRefusal): ProblemError => {
  const { slug, detail } = refusing[why];
  return new ProblemError(slug, detail === undefined ? {} : { detail });
};

/** What was decided, or the problem that it was not. */
export const decidedOr = (decided: Decided | RequestRefusal): Decided => {
  if (typeof decided === 'string') throw problemOf(decided);
  return decided;
};

/** Where the request stands behind it. */
export const changedBy = ({ state, position }: Decided): DataRequestChanged => {
  const { requestId, internalDue, legalDue } = state;
  return { requestId, state: state.state, internalDue, legalDue, position };
};
