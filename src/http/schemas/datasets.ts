// Labelled samples that were uploaded.

import Type from "typebox";
import { DATASET_FORMATS, DATASET_KINDS, type DatasetFormat } from "../../datasets/api.ts";
import { BRAIN_ID_PATTERN, BrainId, Label, nextCursor, nonNegative, plainText, timestamp } from "./common.ts";
import { SAFETENSORS } from "./files.ts";
import { FORM } from "./media.ts";
import { nullableString, ref } from "./ref.ts";

/** What a body, or a part of a form, may be. */
export const FORMAT_OF_TYPE: Readonly<Record<string, DatasetFormat>> = {
  "text/csv": "csv",
  "application/x-ndjson": "jsonl",
  "application/jsonl": "jsonl",
  [SAFETENSORS]: "safetensors",
  "application/octet-stream": "safetensors",
  "application/zip": "zip",
};

/** And by the ends of files' names. */
export const FORMAT_OF_EXTENSION: Readonly<Record<string, DatasetFormat>> = {
  csv: "csv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  safetensors: "safetensors",
  zip: "zip",
};

export const DatasetParams = Type.Object({
  dataset: Type.String({ description: "The dataset's id.", examples: ["digits"] }),
});

/** Of the call that chooses the id. */
export const NewDatasetParams = Type.Object({
  dataset: Type.String({
    pattern: BRAIN_ID_PATTERN,
    "x-expects": "1 to 63 characters of a-z, 0-9, dot, underscore and hyphen, beginning with a letter or digit",
    description: "The dataset's id, which you choose.",
    examples: ["digits"],
  }),
});

const column = (description: string, examples: string[]) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 256, description, examples }));

export const PutDatasetQuery = Type.Object(
  {
    name: Type.Optional(Type.String(plainText(256, { description: "A name for people.", examples: ["Digits"] }))),
    labelColumn: column(
      "Of a CSV file: the column of the classes, by its name or its number from 1; `label` or else the last one when left out.",
      ["label"],
    ),
    textColumn: column("Of a CSV file: the column of texts; without it all other columns are features.", ["text"]),
    shape: Type.Optional(
      Type.String({
        pattern: "^[1-9][0-9]{0,4}x[1-9][0-9]{0,4}x[134]$",
        "x-expects": "an image's height, width and channels (1, 3 or 4) with an x between, such as 28x28x1",
        description: "Of features that are an image's pixels: height, width and channels.",
        examples: ["28x28x1"],
      }),
    ),
  },
  { additionalProperties: false },
);

export const DatasetFile = Type.Unsafe<unknown>({
  $id: "DatasetFile",
  description: "Labelled samples in one of the formats that docs/datasets.md describes. Bytes, not JSON.",
  examples: ["label,x,y\ncat,0.9,0.1\ndog,0.1,0.8\n"],
});

const DatasetForm = Type.Unsafe<unknown>({
  $id: "DatasetForm",
  description:
    "IDX files as the parts `samples` and `labels`, each as it is or gzipped; or one part `file` whose name or type says the format.",
  examples: ["(the bytes of a form)"],
});

export const DATASET_BODY = {
  content: {
    ...Object.fromEntries(Object.keys(FORMAT_OF_TYPE).map((type) => [type, { schema: ref(DatasetFile) }])),
    [FORM]: { schema: ref(DatasetForm) },
  },
};

const DatasetClass = Type.Object(
  { label: ref(Label), samples: Type.Integer({ minimum: 1, description: "Samples of the class." }) },
  { $id: "DatasetClass", description: "A class of a dataset.", examples: [{ label: "7", samples: 103 }] },
);

const DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const shape = Type.Unsafe<readonly number[] | null>({
  type: ["array", "null"],
  items: { type: "integer", minimum: 1 },
  description:
    "Of features: [inputDim], or [height, width, channels] where they are an image's pixels (0 to 1); of images that came as pixels: [height, width, channels]. Null of images that came as files, and of texts.",
});

const DATASET_EXAMPLE = {
  id: "digits",
  name: "Digits",
  kind: "features",
  rows: 2,
  shape: [2],
  classes: [
    { label: "cat", samples: 1 },
    { label: "dog", samples: 1 },
  ],
  sizeBytes: 16,
  digest: DIGEST,
  source: { format: "csv", bytes: 35 },
  createdAt: "2026-11-26T09:30:00.000Z",
};

export const Dataset = Type.Object(
  {
    id: ref(BrainId),
    name: nullableString({ description: "A name for people." }),
    kind: Type.Enum(DATASET_KINDS, {
      type: "string",
      description: "What a sample is: numbers that a brain takes as they are, or an image or text for its encoder.",
    }),
    rows: Type.Integer({ minimum: 1, description: "Samples." }),
    shape,
    classes: Type.Array(ref(DatasetClass), { description: "In the order in which they first appear." }),
    sizeBytes: nonNegative("All samples as they are kept, before they are packed."),
    digest: Type.String({
      pattern: "^[0-9a-f]{64}$",
      description: "SHA-256 over kind, shape, classes and samples: the same samples in another format have the same.",
    }),
    source: Type.Object(
      {
        format: Type.Enum(DATASET_FORMATS, { type: "string", description: "The format of the upload." }),
        bytes: nonNegative("Its size."),
      },
      { description: "What was uploaded." },
    ),
    createdAt: timestamp("When it was there."),
  },
  { $id: "Dataset", description: "Labelled samples. They never change.", examples: [DATASET_EXAMPLE] },
);

export const DatasetList = Type.Object(
  { datasets: Type.Array(ref(Dataset), { description: "The oldest first." }), nextCursor: nullableString(nextCursor) },
  {
    $id: "DatasetList",
    description: "One page of datasets.",
    examples: [{ datasets: [DATASET_EXAMPLE], nextCursor: null }],
  },
);

export const DEFAULT_SAMPLES = 10;

export const SamplesQuery = Type.Object(
  {
    offset: Type.Optional(
      Type.Integer({ minimum: 0, default: 0, description: "Samples to pass over, of the class where one is named." }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        default: DEFAULT_SAMPLES,
        description: "Samples wanted.",
        examples: [10],
      }),
    ),
    label: Type.Optional(
      Type.String({ minLength: 1, maxLength: 256, description: "Only samples of this class.", examples: ["cat"] }),
    ),
  },
  { additionalProperties: false },
);

const of = {
  row: nonNegative("The sample's number in the dataset."),
  label: ref(Label),
};

const FeaturesSample = Type.Object(
  { ...of, input: Type.Array(Type.Number(), { description: "Its features." }) },
  { additionalProperties: false },
);
const ImageSample = Type.Object(
  {
    ...of,
    image: Type.String({ contentEncoding: "base64", description: "An image file in base64; of pixels a PNG." }),
    mediaType: Type.String({ description: "What the file is.", examples: ["image/png"] }),
  },
  { additionalProperties: false },
);
const TextSample = Type.Object(
  { ...of, text: Type.String({ description: "The text." }) },
  { additionalProperties: false },
);

const DatasetSample = Type.Union([FeaturesSample, ImageSample, TextSample], {
  $id: "DatasetSample",
  description: "A sample with its class: `input`, `image` or `text`, as the dataset's kind says.",
  examples: [{ row: 0, label: "cat", input: [0.9, 0.1] }],
});

export const DatasetSamples = Type.Object(
  {
    dataset: ref(BrainId),
    total: nonNegative("Samples of the class asked for, or in all."),
    samples: Type.Array(ref(DatasetSample), {
      description:
        "In the order of the dataset; fewer than asked for at the end, and where samples are large (4 MiB together).",
    }),
  },
  {
    $id: "DatasetSamples",
    description: "Some samples of a dataset.",
    examples: [{ dataset: "digits", total: 2, samples: [{ row: 0, label: "cat", input: [0.9, 0.1] }] }],
  },
);

export const datasetSchemas = [
  DatasetFile,
  DatasetForm,
  DatasetClass,
  Dataset,
  DatasetList,
  DatasetSample,
  DatasetSamples,
];
