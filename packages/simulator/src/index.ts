export { endOf } from './facts.ts';
export { fitBaselines, judge, type Judgement } from './evaluation.ts';
export { printEvaluation } from './evaluation-table.ts';
export { type History, longHistories } from './long-history.ts';
export { perturbedWorld } from './perturbed-world.ts';
export { drawSuspects, pooled } from './suspects.ts';
export { givenWorld, ringingWorld, type World } from './world.ts';
