// The names of the runtime that bindings.generated.d.ts refers to.
type D1Database = import('@cloudflare/workers-types').D1Database
type R2Bucket = import('@cloudflare/workers-types').R2Bucket
type Queue<Body = unknown> = import('@cloudflare/workers-types').Queue<Body>

declare module 'cloudflare:workers' {
  /** Lets the Worker live until the promise ends, beside the answer of the request that is being handled. */
  export function waitUntil(promise: Promise<unknown>): void

  /** An entrypoint of the Worker beside its default one; an object of it handles one request. */
  export abstract class WorkerEntrypoint<Bindings> {
    protected readonly env: Bindings
    abstract fetch(request: Request): Promise<Response>
  }
}
