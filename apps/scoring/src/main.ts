import 'reflect-metadata';
import { runService } from '@tact/platform';
import { scoringService } from './scoring-service.ts';

await runService(scoringService);
