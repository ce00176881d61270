export { outreachService } from './outreach-service.ts';
