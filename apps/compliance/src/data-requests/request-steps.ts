import type { DataRequestStep } from '@tact/contracts';
import { dataRequest, type DataRequestEvent, type RequestState } from '@tact/domain';

type Stored = DataRequestEvent;

/** `DataRequestCodeSent` is the step `code-sent`. */
const nameOf = (type: Stored['type']): string =>
  type
    .replace('DataRequest', '')
    .replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();

const instantOf = ({ data }: Stored): string => ('receivedAt' in data ? data.receivedAt : data.at);

/** What happened to a request, and where it stood behind each; `without` what the reader is not to learn. */
export const stepsOf = (
  events: readonly Stored[],
  without: ReadonlySet<string> = new Set(),
): readonly DataRequestStep[] => {
  let state: RequestState | undefined;
  return events.flatMap((event) => {
    state = dataRequest.evolve(state, event);
    // What a right asks at once is told with its receipt, and is no step of its own.
    if (state === undefined || event.type === 'ImmediateRightExercised') return [];
    if (without.has(event.type)) return [];
    return [{ step: nameOf(event.type), state: state.state, at: instantOf(event) }];
  });
};
