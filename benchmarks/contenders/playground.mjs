// What TensorFlow Playground's nn.ts does, written anew: an object for each unit and each
// weight, one sample after the other, derivatives added up and applied once a batch.
// Prints the seconds that the epochs took; the request is the one argument, as JSON.

const request = JSON.parse(process.argv[2]);

class Unit {
  constructor() {
    this.links = [];
    this.outputs = [];
    this.bias = 0;
    this.total = 0;
    this.output = 0;
    this.outputSlope = 0;
    this.inputSlope = 0;
    this.biasSlope = 0;
  }
}

class Link {
  constructor(source, target) {
    this.source = source;
    this.target = target;
    this.weight = Math.random() - 0.5;
    this.slope = 0;
  }
}

const tanh = { output: Math.tanh, slope: (x) => { const y = Math.tanh(x); return 1 - y * y; } };
const square = { error: (y, t) => 0.5 * (y - t) ** 2, slope: (y, t) => y - t };

function build(sizes) {
  const network = sizes.map((size) => Array.from({ length: size }, () => new Unit()));
  for (let layer = 1; layer < network.length; layer++) {
    for (const unit of network[layer]) {
      for (const source of network[layer - 1]) {
        const link = new Link(source, unit);
        source.outputs.push(link);
        unit.links.push(link);
      }
    }
  }
  return network;
}

function forward(network, inputs) {
  network[0].forEach((unit, index) => { unit.output = inputs[index]; });
  for (let layer = 1; layer < network.length; layer++) {
    for (const unit of network[layer]) {
      unit.total = unit.bias;
      for (const link of unit.links) unit.total += link.weight * link.source.output;
      unit.output = tanh.output(unit.total);
    }
  }
  return network[network.length - 1][0].output;
}

function backward(network, target) {
  const last = network[network.length - 1][0];
  last.outputSlope = square.slope(last.output, target);
  for (let layer = network.length - 1; layer > 0; layer--) {
    for (const unit of network[layer]) {
      unit.inputSlope = unit.outputSlope * tanh.slope(unit.total);
      unit.biasSlope += unit.inputSlope;
      for (const link of unit.links) link.slope += unit.inputSlope * link.source.output;
    }
    if (layer === 1) continue;
    for (const unit of network[layer - 1]) {
      unit.outputSlope = 0;
      for (const link of unit.outputs) unit.outputSlope += link.weight * link.target.inputSlope;
    }
  }
}

function update(network, share) {
  for (let layer = 1; layer < network.length; layer++) {
    for (const unit of network[layer]) {
      unit.bias -= share * unit.biasSlope;
      unit.biasSlope = 0;
      for (const link of unit.links) {
        link.weight -= share * link.slope;
        link.slope = 0;
      }
    }
  }
}

const network = build(request.sizes);
const rows = Array.from({ length: request.rows }, () => ({
  inputs: Array.from({ length: request.sizes[0] }, () => 2 * Math.random() - 1),
  target: 1.8 * Math.random() - 0.9,
}));

function train(epochs) {
  let loss = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    rows.forEach((row, index) => {
      loss += square.error(forward(network, row.inputs), row.target);
      backward(network, row.target);
      if ((index + 1) % request.batch === 0) update(network, request.rate / request.batch);
    });
  }
  return loss;
}

// Time for the compiler to see what is hot.
const warmUp = performance.now();
while (performance.now() - warmUp < 300) train(1);
const begun = performance.now();
train(request.epochs);
console.log((performance.now() - begun) / 1000);
