"""What is said to the narrow ear in its evaluation: house commands, other talk, and near misses.

Every second sentence of each list (even index) tuned the acceptance rule; the rest only measures it. What
follows "set a timer for nine minutes", "the weather has been lovely" and "set a timer for ten minutes
tomorrow" was written unseen; up to "silence of the lambs" both halves weighed the odds, the rest tuned
nothing.
"""

COMMANDS = """
set a timer for ten minutes
set a timer for seven minutes
set a timer for five minutes
set a timer for fifteen minutes
set a timer for fifty minutes
set a timer for sixty seconds
set a timer for sixteen minutes
set a timer for forty five seconds
set a timer for one minute
set a timer for two hours
set a timer for an hour and a half
set a timer for half an hour
set a timer for ninety seconds
set a timer for thirteen minutes
set a timer for thirty minutes
set a timer for eighteen minutes
set a timer for eighty minutes
set a timer for three minutes and thirty seconds
set a timer for one hour and twenty minutes
set a timer for a quarter of an hour
start a timer for twelve minutes
start a timer for twenty five minutes
start a ten minute timer
set a five minute timer
set a twenty minute pizza timer
set a three minute egg timer
start a nine minute pasta timer
set a pizza timer for fourteen minutes
set a tea timer for four minutes
set a laundry timer for forty minutes
timer for eight minutes
set a timer for eleven minutes
set a timer for nineteen minutes
set a timer for two and a half minutes
how long is left on the timer
how much time is left
how long is left on the pizza timer
how much time is left on the egg timer
cancel the timer
cancel the pizza timer
stop the timer
cancel all timers
cancel all my timers
delete the tea timer
pause the timer
resume the timer
pause the laundry timer
resume the pasta timer
add five minutes to the timer
add two minutes to the pizza timer
take three minutes off the timer
remove ten minutes from the laundry timer
add milk to my shopping list
add eggs to the shopping list
add bread and butter to my shopping list
add bananas to the grocery list
add toilet paper to the shopping list
put coffee on the shopping list
put orange juice on my shopping list
add peanut butter to the list please
add chicken and rice to the grocery list
add olive oil to my shopping list
add dog food to the shopping list
we need tomatoes
buy laundry detergent
buy apples and oranges
remove milk from my shopping list
remove bananas from the grocery list
take eggs off the shopping list
delete cheese from my shopping list
what is on my shopping list
what's on the shopping list
what's on my to do list
read my shopping list
read me the grocery list
clear the shopping list
clear my to do list
turn on the kitchen light
turn off the kitchen light
turn on the living room light
turn off the living room light
turn on the bedroom lamp
turn off the bedroom lamp
turn off the bedroom light
turn on the hallway light
turn the hallway light off
turn the office light on
turn on the bathroom light
switch off the bathroom light
switch on the fan
turn off the fan
turn on the heater
turn the heater off
turn on the coffee machine
turn off the television
switch off the television please
turn on the kettle
turn off all the lights
turn on all lights
turn off the lights
turn on the lights in the kitchen
turn off the lights in the living room
turn off the bedroom lights
turn on the garage lights
turn on the fan and the heater
can you turn on the kitchen light
could you turn off the bedroom lamp
please turn off the television
is the kitchen light on
is the heater off
is the television on
are the bedroom lights on
set the kitchen light to fifty percent
set the bedroom lamp to twenty percent
dim the living room light to thirty percent
dim the lights to ten percent
set the office light to seventy five percent
set the hallway light to one hundred percent
set the bedroom light to blue
turn the living room light red
make the bedroom lamp green
change the kitchen light to warm white
set the volume to forty percent
set volume to fifteen percent
set the volume to seventy percent
set the volume to five
turn the volume up
turn the volume down
turn up the volume
turn it down
turn it up
volume down
louder
quieter
what time is it
what's the time
what day is it
what's the date
what is today's date
stop
be quiet
repeat that
say that again
help
what can you do
what can i say
set a timer for six minutes
set a timer for twenty two minutes
start a timer for nine minutes
set a timer for thirty five minutes
set a timer for three hours
set a timer for one hour
set a timer for forty seconds
set a timer for an hour and fifteen minutes
set a timer for twenty minutes please
set a timer for fifty five seconds
set a four minute egg timer
set a pasta timer for eleven minutes
start a twenty minute timer
set a thirteen minute rice timer
set a timer for half an hour please
set a thirty minute laundry timer
set a timer for a minute and a half
set a timer for two and a half hours
could you set a timer for seventeen minutes
create a timer for sixteen minutes
make a timer for ninety minutes
please start a timer for an hour
set a bread timer for forty minutes
set a timer for sixty minutes
how much time is left on the laundry timer
set a cake timer for thirty five minutes
how much longer is left on the rice timer
how much time is left on the pizza timer
do i have any timers
how long is left on the egg timer
cancel the tea timer
what timers are running
delete the laundry timer
cancel the pasta timer
cancel my timer please
stop all timers
cancel both timers
add ten minutes to the timer
add three minutes to the rice timer
add one minute to the pasta timer
take two minutes off the timer
add thirty seconds to the egg timer
pause the pasta timer
pause my timer
resume the pizza timer
continue the timer
add bananas to the shopping list
add chicken and rice to the shopping list
add onions and garlic to my shopping list
put olive oil on the shopping list
put bread on my shopping list
please add yogurt to the shopping list
add sugar to the grocery list
add salt, pepper and flour to the shopping list
can you add cheese to my shopping list
put carrots and lettuce on the list
add orange juice to the shopping list please
remove butter from my shopping list
remove milk from the shopping list
delete onions from the shopping list
take bread off the shopping list
what's on my shopping list
remove cheese and ham from the shopping list
read me the shopping list
what is on the grocery list
what do i need to buy
read my shopping list please
empty the shopping list
clear my shopping list
what time is it now
delete everything from the shopping list
tell me the time
can you tell me what time it is
do you know what time it is
what's the date today
tell me the date
what day of the week is it
set the volume to thirty percent
set the volume to ninety percent
turn the volume to sixty percent
make it louder
volume to twenty five percent
stop talking
turn down the volume
could you repeat that
a little quieter please
help me
volume up
turn on the bedroom light
repeat that please
switch off the heater
what did you say
please turn off the coffee machine
turn on the bathroom light please
turn the office light off
turn off the hallway light
turn on the lights in the bedroom
switch on the television
turn off the living room lights
turn the fan on
turn on the kettle please
turn off the kettle and the fan
set the office light to eighty percent
could you switch off the office light
set the bedroom light to seventy five percent
can you turn the heater off
make the living room light purple
set the bedroom lamp to fifteen percent
change the bedroom lamp to yellow
dim the kitchen light to forty percent
is the television off
set the bedroom lamp to green
is the coffee machine on
is the fan on
is the front door locked
is the bathroom light on
set a timer for nine minutes
set a timer for seventeen minutes
start a timer for thirty five minutes
set a ten minute timer
set an egg timer for six minutes
set a timer for fourteen minutes for the rice
set a forty minute timer
please start a timer for ninety seconds
could you set a timer for eighteen minutes
set a timer for three quarters of an hour
set a timer for nineteen minutes please
how much time do i have left
what is left on the rice timer
cancel my timer
cancel the rice timer
stop the pizza timer
cancel all the timers
add ten minutes to the pasta timer
add one minute to the timer
remove five minutes from the egg timer
pause the pizza timer
add cheese to the shopping list
add rice and chicken to the shopping list
put yogurt on the shopping list
add onions, garlic and peppers to the shopping list
add dog food to the grocery list
please add butter to the shopping list
remove bananas from the shopping list
take the bread off the shopping list
delete sugar from my shopping list
what do i have on the shopping list
delete my shopping list
set the volume to fifteen percent
turn down the music
turn it up a bit
set volume to full
never mind
switch the heater off
turn on the bedside lamp
switch off the television
turn on the lights in the office
turn off the office light please
turn the kettle on
turn on the coffee maker
turn off the fan and the heater
set the bedroom light to thirty percent
dim the living room light to ten percent
set the living room light to warm white
turn the bedroom lamp red
set the kitchen light to a hundred percent
brighten the office light to ninety percent
is the garage door open
lock the front door
are the lights on in the bedroom
what is the state of the fan
turn out the bedroom light
could you please turn off the bathroom light
""".strip().splitlines()

OTHER = """
what is the capital of france
who won the football game last night
tell me a joke about penguins
how old is the president
play some jazz music
how tall is mount everest
what is the weather like tomorrow
send a message to my mother
call my brother on his cell phone
how do you make pancakes
i am going to the store later
did you see that movie yesterday
the meeting has been moved to thursday
my sister is coming over for dinner
why is the sky blue
what is the meaning of life
read me the news
tell me about the roman empire
translate good morning into spanish
how many people live in china
book a flight to chicago
order a large pizza with mushrooms
where did i put my keys
can you believe how expensive that was
i think we should paint the bedroom
the dog needs to go outside
what movies are playing tonight
how far is it to the airport
remind me to call the dentist tomorrow
wake me up at six in the morning
open the garage door
lock the front door
unlock the back door
what is five times seven
how much is twenty dollars in euros
spell necessary
who wrote romeo and juliet
when was the first world war
skip this song
play the next episode
find a recipe for lasagna
how do i get to the train station
what's the score of the game
tell the kids dinner is ready
vacuum the living room
start the dishwasher
what did you do this weekend
it was really nice to see you again
let's go for a walk in the park
have you finished your homework
i have a headache
please pass the salt
she said she would be here by now
that is not what i meant
the traffic was terrible this morning
do you want something to drink
we went hiking in the mountains last summer
my computer keeps crashing
could you help me with this box
it's raining again
somebody left the window open
who is at the door
the baby is finally asleep
are you coming with us or not
this coffee tastes awful
i need to buy a new pair of shoes
the light in the kitchen is broken
he turned on the radio and sat down
there is milk in the fridge
the timer on the oven does not work
what is the speed of light
how long does it take to boil an egg
how many minutes are in a day
when does the store close
is there any pizza left
what time does the movie start
what day is thanksgiving
how loud is a jet engine
add two and seven
set the table for dinner
turn left at the next corner
turn around and look at me
stop by the bank on your way home
cancel my appointment on friday
read a book to the children
clear the table please
put the dishes in the sink
take out the trash
remove your shoes at the door
change the channel
make me a sandwich
make a reservation for two people
switch seats with your brother
is the water too hot
are the children in bed
help yourself to some cake
repeat after me
say hello to your grandmother
what can we have for lunch
the volume of a sphere
turn down the offer
good morning
thank you very much
never mind
hello how are you
the weather has been terrible this week
how old is the queen of england
do you like chocolate ice cream
please write an email to my boss
my phone battery is almost empty
there was a long queue at the bank
the cat is sleeping on the sofa
what is the best way to learn the guitar
how many grams are in an ounce
can you tell me a funny story
who invented the telephone
turn left after the church
we are going to italy in the summer
put your jacket on
the meeting starts at quarter past ten
what is the square root of eighty one
is it going to snow on friday
don't forget to feed the fish
let's watch a film together tonight
i have been working all day
which bus goes to the station
play the new album by taylor swift
how do i remove a wine stain
the milk has gone sour
what are the opening hours of the library
he added more sugar to his coffee
take a deep breath
please close your eyes
the doctor will see you at eleven
have you heard about the accident
somebody is knocking at the window
start writing your essay
where can i buy cheap furniture
what kind of dog is that
this soup needs a bit of salt
my favourite colour is green
how much does a new car cost
i can't find my other shoe
set off early to avoid the traffic
tell grandma that we are late
why did the chicken cross the road
the lights went out during the storm
could we talk about this later
that was a really long day
remember to buy stamps tomorrow
stand up and stretch your legs
the flight has been delayed by two hours
she turned the corner and disappeared
can i have a glass of water
what is your favourite song
when is the next full moon
let me think about it for a second
there are seven days in a week
how do you say thank you in japanese
the volume of this box is ten litres
do your homework before dinner
what did your teacher say about it
i would like a cup of tea
the shopping centre is closed on sunday
he stopped talking and left the room
switch places with me please
did anybody call while i was out
look up the number of the pharmacy
read this letter to me
is the restaurant on the corner any good
what happened in nineteen sixty nine
my daughter wants to be an astronaut
cancel my subscription to the newspaper
turn your homework in on monday
who is singing this song
are there any cookies left
add these two numbers together
find the nearest petrol station
could you pass me the butter
it is too hot in here
the movie is about a famous painter
we watched television all night
stop at the next traffic light
clean up your bedroom
how many players are on a football team
what time do you get home
open the window a little bit
let's order a pizza
what day does the museum open
is your brother on holiday
make some coffee for our guests
say something nice to your sister
the weather has been lovely this week
my sister is coming to visit on saturday
have you seen my glasses anywhere
i think the dog needs a walk
we had pasta for dinner last night
can you pass me the salt
the children are playing in the garden
i love listening to the rain
who won the football match yesterday
how do i make an apple pie
where did you put the car keys
let's go to the beach this summer
my favourite colour is purple
the train was twenty minutes late
she works in a hospital
he bought a new bicycle
that was a really good film
i am reading a book about history
do you want some tea
the baby is sleeping upstairs
we need to talk about the holiday
there is a spider on the wall
please close your eyes and relax
it costs fifty dollars
the meeting starts at nine
they live next to the church
i forgot to call my mother
the kitchen smells wonderful
good morning everyone
happy birthday to you
how are you today
where are you from
i would like a glass of water
the light in this painting is beautiful
my brother plays the guitar
our neighbours are moving out
is there anything good on television tonight
who is the president of the united states
how far is the moon
what does serendipity mean
tell me something interesting
sing me a song
call my wife
send a message to peter
book a table for four at eight
open the pod bay doors
what should we have for lunch
do you believe in ghosts
i can't find my phone
the cat is on the roof
the printer is out of paper
let me think about it
that is not what i said
what a beautiful day
see you later
the shop closes at six
we are running out of time
her flight lands in an hour
stop by the bakery on your way home
""".strip().splitlines()

NEAR_MISSES = """
turn off the bedroom lamp in an hour
turn on the kitchen light at seven
turn on the kitchen light in ten minutes
turn off the heater tomorrow morning
turn off all the lights at midnight
turn on the fan in the attic
turn on the garden light
turn off the basement light
turn on the porch light
turn on the christmas lights
turn off the dishwasher
turn on the washing machine
turn on the radio
turn off the stereo
turn off the alarm
turn on the oven
turn on the sprinkler
turn on the air conditioner
turn off the vacuum cleaner
switch on the printer
switch off the computer
don't turn on the kitchen light
don't turn off the heater
do not turn off the television
never turn on the heater
don't set a timer for ten minutes
don't add milk to my shopping list
please don't turn off the fan
i turned on the kitchen light
did you turn off the bedroom lamp
who turned off the kitchen light
why is the kitchen light on
when did you turn on the heater
he said turn off the television
if it gets dark turn on the hallway light
turn on the kitchen light when i come home
turn off the kitchen light unless i am cooking
turn on everything except the heater
turn on the kitchen light but not the fan
turn on the broken kitchen light
turn off the old bedroom lamp
turn on the kitchen light for ten minutes
turn off the bedroom lamp after the movie
turn on half of the lights
turn on the kitchen
turn over the pancakes
turn in the bedroom
turn up the heater
turn down the heater
unplug the coffee machine
clean the coffee machine
fix the kitchen light
paint the living room light blue
buy a bedroom lamp
sell the television
watch the kettle
set a timer for ten days
set a timer for two weeks
set a timer for three months
set a timer for a hundred and twenty minutes
set a timer for seven hundred minutes
set a timer for ten thousand seconds
set a timer for minus five minutes
set a timer for zero minutes
set a timer for a few minutes
set a timer for several hours
set a timer for ten or fifteen minutes
set a timer for seven point five minutes
set an alarm for seven minutes
set an alarm for six thirty
set a reminder for ten minutes
set a timer at seven
set a timer until noon
set a timer for dinner
set two timers for ten minutes
set a timer for ten minutes every day
set a timer for ten minutes tomorrow
set a timer for five minutes from now on monday
set a trap for ten minutes
run a mile for ten minutes
wait for ten minutes
start a fire for ten minutes
start the car in ten minutes
how long is the movie
how long is left in the game
how much money is left
how much time do i have
cancel the meeting
cancel the order
cancel all my meetings
cancel the pizza order
pause the movie
pause the music
resume the game
delete the file
add five dollars to the account
add five minutes to the meeting
add ten people to the list
add my brother to the shopping list
add a meeting to my calendar
add milk to my coffee
add sugar to the tea
add gasoline to the shopping list
add a lawn mower to the shopping list
add telephones to my shopping list
add milk to my sister's list
put the milk in the fridge
put eggs in the basket
remove the stain from my shirt
remove milk from the fridge
take eggs out of the box
what is on the television
what's on my mind
what's on the table
what is on sale at the store
read my email
read the instructions
clear my calendar
clear the browser history
we need to talk
we need more time
buy a house
buy a new car
set the kitchen light to five hundred percent
set the kitchen light to minus ten percent
set the kitchen light to half
dim the screen to thirty percent
dim the living room light slowly
set the thermostat to seventy
set the heater to twenty degrees
set the oven to fifty percent
make the bedroom walls green
make the bed
change the light bulb
change the kitchen light to black
change the kitchen sink
set the volume to two hundred percent
set the price to forty percent
set the volume of the television to forty percent
turn the volume to maximum
turn the page
turn it over
turn it in
turn me down
volume of sales is down
what time is the meeting
what time is it in tokyo
what time is it there
what day is the party
what day is it tomorrow
what's the date of the wedding
what is the time in london
stop the car
stop talking to me like that
be careful
be quiet for ten minutes
repeat the question
say that to my face
help me move the couch
what can you see
what can i eat
is the kitchen clean
is the heater broken
is the television too loud
are the bedroom windows open
is the front door locked
is the kitchen light bright
turn on the kitchen light and open the window
turn on the kitchen light and sing a song
turn off the television and go to bed
turn the hallway light off and on again
are the windows closed
set a timer for six days
set a timer for the rice in an hour
turn off the fan in ten minutes
turn on the bathroom light at eight
turn off the kitchen light later
turn on the heater tomorrow morning
turn off the bedroom light after the news
turn on the garden lamp
turn on the basement light
turn off the attic light
turn off my phone
turn off the computer
switch off the washing machine
turn on the microwave
turn on the water
switch on the christmas tree
turn on the television in the basement
turn off the gas
never turn on the television
turn the kitchen table on
don't stop
please don't switch on the fan
did you turn off the kettle
do not set a timer for ten minutes
when did i turn on the heater
don't add bread to the shopping list
she turned on the television
why did you turn off the fan
who left the fan on
i turned off the bathroom light
turn off all the lights except the kitchen light
i want to buy a fan
turn on the fan when it gets hot
why is the bedroom light on
turn on the lights at sunset
turn off the lights if nobody is home
set a timer for twelve weeks
turn on the kitchen light until ten
set a timer for four
turn the lights off every night
set a timer for dinner at eight
set a timer for two months
set an alarm for six minutes
set a timer
set a table for six people
set a reminder for six minutes
set a trap for the mouse
set the clock to seven thirty
start the movie
set a time for the meeting
stop the film
start the engine
stop crying
start a fire in ten minutes
pause the game
stop the bus
resume the movie
stop the music in an hour
cancel the flight
continue the story
cancel my order
cancel the dinner
cancel the timer in ten minutes
cancel the subscription
delete my account
delete the photos
add two people to the list of guests
delete the file from the computer
add salt to the pasta
add ten dollars to the bill
add my sister to the group
add water to the rice
put the bread in the oven
add milk to the coffee please
put on your shoes
put the kettle in the kitchen
remove the batteries from the clock
put the kids to bed
take the dog for a walk
remove the cake from the oven
take two pills with water
take bread to the neighbours
read my messages
read the book
read the instructions out loud
read me a story
what's on television tonight
what's on the menu
what's in the shopping bag
what is on the table
empty the trash
clear the kitchen
clear my schedule
empty the dishwasher
what time is lunch
what time is the train
what time was it
what time is it in london
what day is christmas
what's the time difference to new york
what's the date of easter
what day was yesterday
tell me the truth
what is the date of the next election
what month is your birthday
tell me the score
set the price to thirty percent
set the volume of the radio to ten percent
turn up at nine
turn up the heating
make it rain
turn down the invitation
the volume is too loud
make it bigger
be quiet after ten
turn the music off in the bedroom
repeat the last song
be quick
what did you see
stop talking about work
help me carry the shopping
repeat after me please
set the office chair to eighty percent
what did you do
set the bedroom light to eight hundred percent
set the bedroom lamp on the table
make the bedroom lamp nicer
set the oven to eighty percent
change the bedroom lamp for a new one
make the living room bigger
is the fan broken
paint the bedroom green
is the coffee ready
turn the living room upside down
are the lights too bright in the kitchen
is the television new
is the cat on the sofa
is the bathroom free
is the shop open
is the front door open or broken
set a timer for five minutes after dinner
set the timer on the oven for ten minutes
set a time for ten minutes
set a diner for two
sell a timer for ten minutes
set a timer for ten metres
set a timer for a million minutes
set a timer for ten dollars
set a timer for zero point five minutes
set a timer for four hundred minutes
never set a timer for an hour
i set a timer for ten minutes
who set a timer for ten minutes
did you set a timer for ten minutes
set a timer for ten minutes when the door opens
set a timer for twenty minutes and turn off the oven
cancel the timer in five minutes
cancel the meeting with anna
cancel the pizza
don't cancel the timer
cancel the timer if it rains
cancel all the meetings
cancel nothing
do not cancel the pizza timer
cancel my subscription
cancel all timers except the pizza timer
pause the timer for ten minutes
resume the film
resume the meeting
add ten pounds to the bill
add milk to the coffee
add sugar to my tea
add milk to the recipe
add milk to the shopping cart
add milk but not eggs to the shopping list
add milk to the shopping list tomorrow
don't add milk to the shopping list
add melk and honey to the shopping trip
add everything to the shopping list
add your name to the shopping list
add the picture to the mailing list
put the shopping list on the table
put the kettle in the cupboard
remove the milk from the fridge
remove the pan from the heat
take the bread out of the oven
take the bus to the station
what was on the shopping list yesterday
where is the shopping list
who wrote the shopping list
read the newspaper
clear the table
clear the dishes
empty the bin
what time is dinner
what time is the film
what time is it in new york
what time does the shop open
what is the time difference
what is the best time to call
what day is the concert
what day is the bin collected
what is the date of the wedding
what is the weather today
tell me a joke
set the volume to eleven hundred
set the volume to forty percent tomorrow
set the value to forty percent
set the table for four people
turn up the collar
turn the corner
turn the music off in the car
turn down the offer
turn it upside down
lower your voice
turn on the kitchen light in an hour
turn on the kitchen light when i get home
turn on the kitchen light tomorrow morning
turn on the kitchen light until midnight
turn on the kitchen light after sunset
turn on the kitchen fight
turn on the chicken light
turn on the kitchen tap
turn on the kitchen radio
turn on the dining room light
turn on the attic light
turn on the basement lights
turn on the toaster
turn on the dishwasher
turn on the computer
turn on the neighbour's light
turn on the charm
do not turn off the fan
never turn off the bathroom light
she turned off the bedroom lamp
we turn off the lights at ten
who turned on the fan
why did you turn off the heater
did you turn on the kettle yet
turn off the kitchen light but leave the lamp on
turn off all the lights except the lamp
turn off the bedroom lamp later
turn off the bedroom lamp in half an hour
turn off the bedroom lamp before you leave
turn off the television if nobody is watching
turn off the television after this show
turn off the washing machine
turn off the water
turn off the alarm on my phone
turn off the engine
turn off the main road
turn off the bedroom stamp
turn the fan on low when it is hot
turn the fence on
turn the van on
switch on the brain
switch the hamster off
switch seats with me
switch off the headlights
put the light in the box
put the television in the living room
put the lamp on the table
dim the bedroom light to twenty percent at nine
dim the garden lights to twenty percent
set the bedroom light to a hundred and fifty percent
set the bedroom light to five hundred percent
set the living room light to beige
set the living room light to brown
set the oven to two hundred degrees
set the kitchen on fire
set the kitchen light to fifty dollars
make the bedroom clean
make the bedroom lamp louder
is the front door painted
is the kitchen light too bright
is the garage door opener working
is the fan in the box
lock the back door
lock the front door when i leave
unlock the bicycle
close the window
close the living room curtains
close your eyes
close the living room door
open the window
open the living room window
open the garage door tomorrow
open a bottle of wine
stop it right there or i will scream
stop eating the cake
stop the music in the living room
we should stop
help me move the sofa
help the children
help yourself to cake
can you help my brother
say it louder
what did she say
what did you say to your mother
what can i cook
repeat after me
never mind the gap
be quiet while the baby sleeps
quite
lower
allowed
forget the milk
silence of the lambs
set a timer for eleven minutes in an hour
set a timer for thirty minutes on monday
set a timer for fifty pounds
set a timer for seven people
set a timer for twelve minutes unless it is late
set an alarm for the egg
set a trap for ten mice
send a timer to david
get a timer for ten euros
set a time limit of ten minutes
don't start the timer
can't you set a timer
i need to set a timer for the cake
have you set the pasta timer
set a timer for twelve hundred seconds
start the washing machine
start a fire in the kitchen
start the coffee machine at six
cancel my appointment
cancel dinner
cancel the trip to london
cancel the timer when the pizza is done
cancel the other order
please don't cancel my timer
stop the timer from beeping tomorrow
stop the washing machine
stop worrying
stop at the red light
stop the video
pause for a moment
pause the pizza delivery
resume work
how much time is left in the game
how long is left until dinner
how much time do you have
how long is the film
how much is left on the card
how much milk is left
add two minutes to the video
add a minute of silence
add some salt to the pasta
add water to the kettle
add ten to the total
add peas to the soup
add sally to the guest list
add milk to the shopping list for mum if it is cheap
add no milk to the shopping list
don't add eggs to the list
do not remove milk from the shopping list
remove your shoes
remove the eggs from the basket
remove the stain from the carpet
take the milk off the stove
take two minutes off
take ten pounds off the price
what's on at the cinema
what do i have in the fridge
read the letter
read the shopping receipt
clear the shopping bags from the hall
what time do you close
what time is it on the moon
what is the time of the train
what day is your birthday
what is the date of easter
tell me the price
tell me the time of the next train
set the volume of the water to ten litres
volume two of the book
turn up at seven
turn it down a different road
turn down the bed
turn down the job
turn down the radio in the car
turn up the oven
turn on the bathroom light in five minutes
turn on the bathroom light if it gets dark
turn on the bathroom lights every morning
turn on the bathroom tap
turn on the bathroom fan heater upstairs
turn on the office printer
turn on the office light on friday
turn on the nursery light
turn on the cellar light
turn on the stove
turn on the heating in the car
turn on your charm
turn on all the lights at sunset
turn on all the lights except the heater
turn the lamp in the hall around
turn the office upside down
turn the key
turn left at the lights
turn off the hallway light in ten minutes
turn off the hallway light when we go to bed
turn off the hallway light tonight
turn off the heater for an hour
turn off the tap
turn off the lights in the school
turn off the phone
turn off the office alarm
turn off the kitchen light not the lamp
turn off the fan or the heater
please don't turn off the television
you should never turn off the heater
he turned the kettle on
i will turn on the television
have you turned off the fan
shall i turn off the light
when was the heater on
is the kitchen light green
is the kitchen table on sale
is the front door blue
is the office open
is the garage full
is the kettle boiling
is anyone in the bedroom
set the office light to eighty degrees
set the office light to three hundred percent
set the office on fire
set the lamp on the desk
set the bedroom light to forty percent in an hour
set the bedroom lamp to dark brown
dim the headlights
dim the living room light when the film starts
dim sum for two
make the living room tidy
make the bedroom light heavier
make a coffee
make it snow
lock the car
lock the front gate
lock the front door at midnight
close the book
close the living room blinds at sunset
close the bathroom window
open the book
open the living room blinds in the morning
open the fridge
help me with the dishes
help mum
help is on the way
say that you love me
say it with flowers
what did they say
what can they do
what can you do about the noise
never again
be nice
be quiet please while i am on the phone
forget it happened
once more unto the breach
one more time zone
repeat the exercise
louder than bombs
allow her
it is quieter here
""".strip().splitlines()
