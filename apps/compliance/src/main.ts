import 'reflect-metadata';
import { runService } from '@tact/platform';
import { complianceService } from './compliance-service.ts';

await runService(complianceService);
