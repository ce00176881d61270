export { ScoringModule } from './scoring.module.ts';
export { scoringService } from './scoring-service.ts';
