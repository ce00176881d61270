import { Injectable } from '@nestjs/common';
import { Waiter } from '@tact/platform';

/** Tells the worker of this process that lines became durable; other processes find them when they look. */
@Injectable()
export class ImportNews extends Waiter {
  constructor() {
    super(() => undefined);
  }
}
