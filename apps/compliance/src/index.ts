export { complianceService } from './compliance-service.ts';
