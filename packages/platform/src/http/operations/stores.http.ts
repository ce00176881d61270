import { Controller, Get } from '@nestjs/common';
import { StoreList } from '@tact/contracts';
import { RequireScope } from '../access/access-decorators.ts';
import { Answers, Describe, Operator } from '../openapi/describe.ts';
import { StoreDeclarations } from './store-declarations.ts';

@Operator()
@Controller('stores')
export class StoresController {
  constructor(private readonly declared: StoreDeclarations) {}

  @Get()
  @RequireScope('operator')
  @Describe({
    operationId: 'listStores',
    tag: 'Operations',
    summary: 'Lists everything that the service keeps',
    description:
      'Tables, topics, folders and memories of the process: what each holds of a person, how it is found, how long it is kept and what an erasure does to it.',
  })
  @Answers(StoreList)
  list(): StoreList {
    return this.declared.list;
  }
}
