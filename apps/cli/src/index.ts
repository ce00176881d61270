export { contactsNamed } from './corpus/contacts-named.ts';
export { readCorpus } from './corpus/corpus.ts';
export { TactApi } from './tact-api.ts';
export { distinctNeedles } from './sweep/identities.ts';
export { sharesOf, type SweptService, sweepPages, sweepServices } from './sweep/services.ts';
export { corpusNeedles } from './sweep.ts';
export type { Swept } from './sweep/findings.ts';
export { simulate, type SimulatedFact } from './simulator/simulate.ts';
