export { MessageFollower } from './follow-messages/message-watch.ts';
export { ingestionService } from './ingestion-service.ts';
