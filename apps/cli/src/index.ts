export { contactsNamed } from './verbs/corpus/contacts-named.ts';
export { readCorpus } from './verbs/corpus/corpus.ts';
export { sharesOf, sweepPages, sweepServices } from './verbs/sweep/services.ts';
export { corpusNeedles } from './verbs/sweep/sweep.ts';
export { simulate, type SimulatedFact } from './simulator/simulate.ts';
