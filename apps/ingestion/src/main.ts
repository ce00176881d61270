import 'reflect-metadata';
import { runService } from '@tact/platform';
import { ingestionService } from './ingestion-service.ts';

await runService(ingestionService);
