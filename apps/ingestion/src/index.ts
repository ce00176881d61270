export { ingestionService } from './ingestion-service.ts';
