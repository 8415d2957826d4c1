// The names of the runtime that bindings.generated.d.ts refers to.
type D1Database = import('@cloudflare/workers-types').D1Database
type R2Bucket = import('@cloudflare/workers-types').R2Bucket
