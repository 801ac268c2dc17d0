// Unpacks Chromium, its libraries and its fonts into the folder for temporary files.
import chromium, { inflate } from '@sparticuz/chromium';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

const bin = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');
await inflate(join(bin, 'al2023.tar.br'));
console.log(await chromium.executablePath());

// The package's list of fonts names /tmp; ours lie elsewhere.
const fonts = join(tmpdir(), 'fonts');
const list = join(fonts, 'fonts.conf');
if (existsSync(list)) writeFileSync(list, readFileSync(list, 'utf8').replaceAll('/tmp/fonts', fonts));
