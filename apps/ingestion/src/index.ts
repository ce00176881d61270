export { CohortMonitor } from './cohort/cohort-monitor.ts';
export { CohortProjection } from './cohort/cohort.projection.ts';
export { MessageFollower } from './whatsapp/lifecycle/message-watch.ts';
export { ingestionService } from './ingestion-service.ts';
