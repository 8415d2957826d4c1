export { KEY_BYTES, publicBytesOf, publicKeyOf, SEED_BYTES, secretKeyOf } from './raw-keys.ts'
