import { defineConfig } from '@hey-api/openapi-ts';

// OPENAPI and OUTPUT: `python3 manage.py sdk` generates elsewhere to compare.
export default defineConfig({
  input: process.env.OPENAPI ?? '../../config/openapi.yaml',
  output: { path: process.env.OUTPUT ?? 'src/generated', importFileExtension: '.js' },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
});
