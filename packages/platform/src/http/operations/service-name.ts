/** Which service this process is, as an injectable. */
export class ServiceName {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
