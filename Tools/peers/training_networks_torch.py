"""The networks of training_steps.py in PyTorch: each function returns the network and a function that gives the loss of
one step on fixed data (made once, outside the measured time). Structures: shared/data/zoo/make_zoo.py."""
import torch
from torch import nn

LEAK = 0.3
BETA = 0.125


def norm(n):
    return nn.BatchNorm1d(n, eps=1e-3, momentum=0.01)  # Keras' defaults


def block(a, b):
    return [nn.Linear(a, b), norm(b), nn.LeakyReLU(LEAK)]


def variational_loss(y, x, mean, logvar):
    divergence = (-.5 * (1 + logvar - mean ** 2 - logvar.exp()).sum(1)).mean()
    return (1 - BETA) * nn.functional.mse_loss(y, x) + BETA * divergence


class Variational(nn.Module):
    def __init__(self, encoder, decoder, width, latent):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.mean, self.logvar = nn.Linear(width, latent), nn.Linear(width, latent)

    def forward(self, x):
        h = self.encoder(x)
        mean, logvar = self.mean(h), self.logvar(h)
        z = mean + torch.exp(.5 * logvar) * torch.randn_like(mean)
        return self.decoder(z), mean, logvar


def dnn_ae():
    net = nn.Sequential(norm(57), *block(57, 32), *block(32, 16), *block(16, 3), *block(3, 16), *block(16, 32),
                        nn.Linear(32, 57))
    x = torch.randn(1024, 57)
    return net, lambda: nn.functional.mse_loss(net(x), x), 1024


def dnn_vae():
    net = Variational(nn.Sequential(norm(57), *block(57, 32), *block(32, 16)),
                      nn.Sequential(*block(3, 16), *block(16, 32), nn.Linear(32, 57)), 16, 3)
    x = torch.randn(1024, 57)

    def loss():
        y, mean, logvar = net(x)
        return variational_loss(y, x, mean, logvar)
    return net, loss, 1024


def distillnet():
    net = nn.Sequential(nn.Linear(16, 128), nn.ReLU(), nn.Linear(128, 64), norm(64), nn.ReLU(), nn.Linear(64, 1), nn.Sigmoid())
    x, y = torch.randn(1024, 16), torch.rand(1024, 1)
    return net, lambda: nn.functional.mse_loss(net(x), y), 1024


def scouting():
    layers, width = [], 4
    for _ in range(3):
        layers, width = layers + [nn.Linear(width, 32), norm(32), nn.ReLU()], 32
    net = nn.Sequential(*layers, nn.Linear(32, 3))
    x, y = torch.rand(1024, 4), torch.randn(1024, 3)
    return net, lambda: nn.functional.mse_loss(net(x), y), 1024


def cnn_vae():
    """Paper 2: a zero row, normalisation, two convolutions with average pools; the decoder mirrors them. Latent 8."""
    encoder = nn.Sequential(
        nn.ZeroPad2d((0, 0, 1, 0)), nn.BatchNorm2d(1, eps=1e-3, momentum=0.01), nn.Conv2d(1, 16, 3, bias=False), nn.ReLU(),
        nn.AvgPool2d((3, 1)), nn.Conv2d(16, 32, (3, 1), padding=(1, 0), bias=False), nn.ReLU(), nn.AvgPool2d((3, 1)), nn.Flatten())
    decoder = nn.Sequential(
        nn.Linear(8, 64), nn.ReLU(), nn.Unflatten(1, (32, 2, 1)), nn.Conv2d(32, 32, (3, 1), padding=(1, 0), bias=False),
        nn.ReLU(), nn.Upsample(scale_factor=(3, 1)), nn.ZeroPad2d((1, 1, 0, 0)),
        nn.Conv2d(32, 16, (3, 1), padding=(1, 0), bias=False), nn.ReLU(), nn.Upsample(scale_factor=(3, 1)),
        nn.ZeroPad2d((0, 0, 1, 0)), nn.Conv2d(16, 1, 3, padding=1, bias=False))
    net = Variational(encoder, decoder, 64, 8)
    x = torch.randn(1024, 1, 19, 3)

    def loss():
        y, mean, logvar = net(x)
        return variational_loss(y, x, mean, logvar)
    return net, loss, 1024


def llp_cnn():
    layers = []
    for a, b in ((1, 16), (16, 32), (32, 64)):
        layers += [nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    net = nn.Sequential(*layers, nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(10496, 256),
                        nn.ReLU(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 1))
    x, y = (torch.rand(64, 1, 20, 333) < .02).float(), torch.rand(64, 1) * 5
    return net, lambda: nn.functional.mse_loss(net(x), y), 64


def two_layers(n):
    return nn.Sequential(nn.Linear(n, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU())


class InteractionNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.node0, self.edge0, self.node, self.edge = (two_layers(n) for n in (3, 128, 384, 256))
        self.score = nn.Linear(64, 1)

    def forward(self, x, receiver, sender):
        h0 = h = self.node0(x)
        e0 = e = self.edge0(torch.cat([h0[receiver], h0[sender]], 1))
        for _ in range(8):
            both = torch.cat([e0, e], 1)
            zeros = x.new_zeros(len(x), 128, dtype=both.dtype)
            inward, outward = zeros.index_add(0, receiver, both), zeros.index_add(0, sender, both)
            h = self.node(torch.cat([inward, outward, h0, h], 1))
            e = self.edge(torch.cat([both, h[receiver], h[sender]], 1))
        return self.score(e).squeeze(1)


def exatrkx_in(nodes=10_000, edges=100_000):
    """One score per edge after the eighth step, as the ONNX file has it."""
    net = InteractionNetwork()
    x = torch.randn(nodes, 3)
    receiver, sender = torch.randint(nodes, (edges,)).sort().values, torch.randint(nodes, (edges,))
    target = (torch.rand(edges) < .5).float()
    return net, lambda: nn.functional.binary_cross_entropy_with_logits(net(x, receiver, sender), target), edges


NETWORKS = {f.__name__: f for f in (dnn_ae, dnn_vae, distillnet, scouting, cnn_vae, llp_cnn, exatrkx_in)}


def prepare(name, compiled):
    """A function that makes one training step: gradients zeroed, forward, backward, Adam (the fused one: the fastest)."""
    torch.manual_seed(1)
    net, loss, size = NETWORKS[name]()
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
    run = torch.compile(loss) if compiled else loss

    def step():
        optimiser.zero_grad(set_to_none=True)
        value = run()
        value.backward()
        optimiser.step()
        return value
    return step, lambda value: float(value.detach()), size, sum(p.numel() for p in net.parameters())
