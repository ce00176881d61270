export { CohortMonitor } from './cohort-monitor/cohort-monitor.ts';
export { CohortProjection } from './cohort-monitor/cohort.projection.ts';
export { MessageFollower } from './follow-messages/message-watch.ts';
export { ingestionService } from './ingestion-service.ts';
