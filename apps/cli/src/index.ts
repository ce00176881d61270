export { program } from './program.ts';
export { contactsNamed } from './verbs/corpus/contacts-named.ts';
export { readCorpus } from './verbs/corpus/corpus.ts';
export { distinctNeedles } from './verbs/sweep/identities.ts';
export { sharesOf, type SweptService, sweepPages, sweepServices } from './verbs/sweep/services.ts';
export { corpusNeedles } from './verbs/sweep/sweep.ts';
export type { Swept } from './verbs/sweep/findings.ts';
export { simulate, type SimulatedFact } from './simulator/simulate.ts';
