"""Where the rows of the tables come from: author, year and title, in the order of the years."""

LEGENDRE_1805 = "Legendre 1805, Nouvelles méthodes pour la détermination des orbites des comètes"
MCCULLOCH_1943 = (
    "McCulloch and Pitts 1943, A Logical Calculus of the Ideas Immanent in Nervous Activity"
)
ROBBINS_1951 = "Robbins and Monro 1951, A Stochastic Approximation Method"
COX_1958 = "Cox 1958, The Regression Analysis of Binary Sequences"
WIDROW_1960 = "Widrow and Hoff 1960, Adaptive Switching Circuits"
HUBER_1964 = "Huber 1964, Robust Estimation of a Location Parameter"
POLYAK_1964 = "Polyak 1964, Some Methods of Speeding up the Convergence of Iteration Methods"
BLOOMFIELD_1983 = "Bloomfield and Steiger 1983, Least Absolute Deviations"
RUMELHART_1986 = (
    "Rumelhart, Hinton and Williams 1986, Learning Representations by Back-propagating Errors"
)
SOLLA_1988 = "Solla, Levin and Fleisher 1988, Accelerated Learning in Layered Neural Networks"
BRIDLE_1990 = (
    "Bridle 1990, Probabilistic Interpretation of Feedforward Classification Network Outputs"
)
KROGH_1992 = "Krogh and Hertz 1992, A Simple Weight Decay Can Improve Generalization"
CORTES_1995 = "Cortes and Vapnik 1995, Support-Vector Networks"
TIBSHIRANI_1996 = "Tibshirani 1996, Regression Shrinkage and Selection via the Lasso"
LECUN_1998 = "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp"
WESTON_1999 = "Weston and Watkins 1999, Support Vector Machines for Multi-Class Pattern Recognition"
DUGAS_2001 = (
    "Dugas, Bengio, Bélisle, Nadeau and Garcia 2001, Incorporating Second-Order Functional "
    "Knowledge for Better Option Pricing"
)
GLOROT_2010 = (
    "Glorot and Bengio 2010, Understanding the Difficulty of Training Deep Feedforward Neural "
    "Networks"
)
NAIR_2010 = "Nair and Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines"
DUCHI_2011 = (
    "Duchi, Hazan and Singer 2011, Adaptive Subgradient Methods for Online Learning and "
    "Stochastic Optimization"
)
KRIZHEVSKY_2012 = (
    "Krizhevsky, Sutskever and Hinton 2012, ImageNet Classification with Deep Convolutional "
    "Neural Networks"
)
TIELEMAN_2012 = "Tieleman and Hinton 2012, Neural Networks for Machine Learning, lecture 6.5"
GOODFELLOW_2013 = "Goodfellow, Warde-Farley, Mirza, Courville and Bengio 2013, Maxout Networks"
GRAVES_2013 = "Graves 2013, Generating Sequences with Recurrent Neural Networks"
MAAS_2013 = (
    "Maas, Hannun and Ng 2013, Rectifier Nonlinearities Improve Neural Network Acoustic Models"
)
SUTSKEVER_2013 = (
    "Sutskever, Martens, Dahl and Hinton 2013, On the Importance of Initialization and "
    "Momentum in Deep Learning"
)
SAXE_2014 = (
    "Saxe, McClelland and Ganguli 2014, Exact Solutions to the Nonlinear Dynamics of Learning "
    "in Deep Linear Neural Networks"
)
HE_2015 = "He, Zhang, Ren and Sun 2015, Delving Deep into Rectifiers"
KINGMA_2015 = "Kingma and Ba 2015, Adam: A Method for Stochastic Optimization, algorithm 1"
MAZUR_2015 = "Mazur 2015, A Step by Step Backpropagation Example"
CLEVERT_2016 = (
    "Clevert, Unterthiner and Hochreiter 2016, Fast and Accurate Deep Network Learning by "
    "Exponential Linear Units"
)
GOODFELLOW_2016 = "Goodfellow, Bengio and Courville 2016, Deep Learning, section 8.4"
HENDRYCKS_2016 = "Hendrycks and Gimpel 2016, Gaussian Error Linear Units"
GOYAL_2017 = "Goyal et al. 2017, Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour"
LOSHCHILOV_2017 = "Loshchilov and Hutter 2017, SGDR: Stochastic Gradient Descent with Warm Restarts"
BOTTOU_2018 = (
    "Bottou, Curtis and Nocedal 2018, Optimization Methods for Large-Scale Machine Learning"
)
ELFWING_2018 = (
    "Elfwing, Uchibe and Doya 2018, Sigmoid-Weighted Linear Units for Neural Network Function "
    "Approximation in Reinforcement Learning"
)
SMITH_2018 = (
    "Smith and Topin 2018, Super-Convergence: Very Fast Training of Neural Networks Using Large "
    "Learning Rates"
)
LOSHCHILOV_2019 = "Loshchilov and Hutter 2019, Decoupled Weight Decay Regularization, algorithm 2"
