export { scoringService } from './scoring-service.ts';
