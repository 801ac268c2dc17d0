"""Names that can be read aloud and that nobody has: given names are common, family names are put together."""

from random import Random


def _words(text: str) -> list[str]:
    return text.split()


FEMALE = _words(
    "Amina Anjali Anna Beata Bethany Carol Chloe Claire Deepa Denise Donna Ellie Emma Esther Farah Fatima Gemma Grace"
    " Halima Hannah Harpreet Hina Jade Jasmine Joanne Kavita Kelly Khadija Latisha Laura Leanne Lucy Manjit Maria Meera"
    " Michelle Nadia Nasreen Nisha Olivia Parveen Precious Priya Rachel Rekha Rosie Ruth Safiya Samira Sandra Sara"
    " Shabana Shanice Sita Sofia Stella Sunita Tanya Tracey Usha Valentina Wendy Yasmin Zahra"
)
MALE = _words(
    "Aaron Abdi Adam Ahmed Ajay Alan Amir Andrew Anthony Anton Ashok Barry Ben Bilal Callum Carl Chidi Craig Curtis"
    " Daniel Darren David Deepak Derek Dwayne Emmanuel Farid Gareth Gary George Gurpreet Hamza Hassan Imran Ivan Jack"
    " Jamal James Jason Jayesh Joel John Karim Keith Kevin Krzysztof Kwame Lee Liam Mahesh Mark Martin Mohamed Nathan"
    " Neil Nikhil Omar Patrick Paul Pavel Peter Rajesh Ravi Robert Samuel Sean Shane Simon Stephen Steven Sunil Tariq"
    " Terry Tomasz Tunde Vikram Wayne Yusuf"
)
FIRST = _words(
    "Alder Amber Ash Barn Beck Birch Bram Brindle Brook Cald Cinder Clover Copper Corn Crag Dapple Elder Ember Fallow"
    " Fen Fern Flint Fox Gorse Hazel Heather Hollow Ivy Juniper Kestrel Lark Linden Loam Maple Marl Meadow Mill Moss"
    " Nettle Oak Otter Pebble Plover Quill Raven Reed Rowan Rush Sage Sedge Sorrel Swallow Tansy Tarn Thistle Thorn"
    " Umber Vetch Warren Willow Wren Yarrow"
)
LAST = _words(
    "acre bank beam bourne bridge brook by combe cote croft dale dean den don fall field ford garth gate grove ham"
    " haven hurst keld land leigh low mere mont more ness path pool ridge rigg row sett shaw side stead stone thwaite"
    " ton vale wade wall ward water well wick wold worth yard"
)
TRADES = {
    "retail": ("Stores", "Market", "Outfitters", "Home and Garden"),
    "public_services": ("Community Trust", "Care Service", "School Meals", "Housing Service"),
    "financial_business": ("Payroll", "Insurance", "Contact Centre", "Facilities"),
    "construction": ("Builders", "Scaffolding", "Electrical", "Homes"),
    "creative_industries": ("Print", "Media", "Textile Design", "Games"),
    "science_technology": ("Instruments", "Laboratories", "Systems", "Optics"),
    "office_services": ("Office Supplies", "Cleaning", "Records", "Security"),
    "manufacturing": ("Hosiery", "Foods", "Engineering", "Packaging"),
    "transport_logistics": ("Logistics", "Couriers", "Coaches", "Warehousing"),
    "hospitality": ("Hotel", "Catering", "Kitchens", "Events"),
}
POSTS = {
    "retail": ("Sales assistant", "Shelf filler", "Customer adviser"),
    "public_services": ("Care assistant", "Teaching assistant", "Catering assistant"),
    "financial_business": ("Call handler", "Claims clerk", "Accounts assistant"),
    "construction": ("Site labourer", "Trainee electrician", "Storekeeper"),
    "creative_industries": ("Print finisher", "Studio assistant", "Sewing machinist"),
    "science_technology": ("Laboratory assistant", "Assembler", "Test technician"),
    "office_services": ("Cleaner", "Office junior", "Security guard"),
    "manufacturing": ("Packer", "Machine operator", "Quality checker"),
    "transport_logistics": ("Warehouse operative", "Driver's mate", "Forklift driver"),
    "hospitality": ("Kitchen porter", "Room attendant", "Waiter"),
}


def family_name(random: Random) -> str:
    return random.choice(FIRST) + random.choice(LAST)


def given_name(random: Random, sex: str) -> str:
    names = FEMALE if sex == "female" else MALE if sex == "male" else FEMALE + MALE
    return random.choice(names)


def phone(random: Random) -> str:
    """A number of the ranges Ofcom keeps for drama: Leicester's and the mobile one."""
    start = "07700 900" if random.random() < 0.7 else "0116 496 0"
    return f"{start}{random.randrange(1000):03}"


def nino(number: int) -> str:
    """The n-th example number: QQ is never issued. Each is used once in the first four million people."""
    shuffled = number * 7_919 % 1_000_000
    return f"QQ{shuffled:06}{'ABCD'[number // 1_000_000 % 4]}"
